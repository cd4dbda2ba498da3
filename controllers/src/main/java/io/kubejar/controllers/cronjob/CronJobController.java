package io.kubejar.controllers.cronjob;

import io.kubejar.api.batch.v1.CronJob;
import io.kubejar.api.batch.v1.Job;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.schedule.ScheduleFormatException;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Controller;
import io.kubejar.client.EventRecorder;
import io.kubejar.client.Informer;
import io.kubejar.client.InformerHandler;
import io.kubejar.client.OwnWrites;
import io.kubejar.controllers.ownership.ControllerRefs;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Looks at a CronJob when it or one of its Jobs changes, and when the next moment of its schedule
/// comes.
public final class CronJobController implements Component {
  private static final int WORKERS = 5;

  private final Consumer<Duration> late;

  /// @param late hears of every Job how long after its moment it was made, for metrics
  public CronJobController(Consumer<Duration> late) {
    this.late = late;
  }

  @Override
  public String name() {
    return "cronjob-controller";
  }

  @Override
  public void install(ComponentRuntime runtime) {
    var cronJobs = runtime.informers().informer(CronJob.RESOURCE);
    var jobs = runtime.informers().informer(Job.RESOURCE);
    var events = runtime.events(name());
    Set<String> deleting = ConcurrentHashMap.newKeySet();
    var reconciler =
        new CronJobReconciler(
            runtime.client(),
            cronJobs,
            jobs,
            new OwnWrites(),
            deleting,
            events,
            late,
            runtime.clock());
    var controller = runtime.controller(name(), WORKERS, reconciler).requires(cronJobs, jobs);
    cronJobs.addHandler(new CronJobHandler(controller, events, runtime.clock()));
    jobs.addHandler(new JobHandler(cronJobs, controller, deleting));
  }

  private record JobHandler(Informer<CronJob> cronJobs, Controller controller, Set<String> deleting)
      implements InformerHandler<Job> {

    @Override
    public void onAdd(Job job) {
      ControllerRefs.of(job)
          .filter(owner -> owner.kind().equals("CronJob"))
          .map(owner -> new ObjectKey(job.metadata().namespace(), owner.name()))
          .filter(key -> cronJobs.find(key).isPresent())
          .ifPresent(controller::enqueue);
    }

    @Override
    public void onUpdate(Job before, Job now) {
      if (!ControllerRefs.of(before).equals(ControllerRefs.of(now))) {
        onAdd(before);
      }
      onAdd(now);
    }

    @Override
    public void onDelete(Job job) {
      deleting.remove(job.metadata().uid());
      onAdd(job);
    }
  }

  /// A new schedule has no past: it is looked at when its next moment comes. What has been missed
  /// was missed under the old one.
  private record CronJobHandler(Controller controller, EventRecorder events, InstantSource clock)
      implements InformerHandler<CronJob> {

    @Override
    public void onAdd(CronJob cronJob) {
      controller.enqueue(ObjectKey.of(cronJob));
    }

    @Override
    public void onUpdate(CronJob before, CronJob now) {
      var old = before.spec();
      boolean sameSchedule =
          old.schedule().equals(now.spec().schedule())
              && Objects.equals(old.timeZone(), now.spec().timeZone());
      if (sameSchedule) {
        controller.enqueue(ObjectKey.of(now));
        return;
      }
      try {
        Timetable.untilNext(now, Schedules.of(now), clock.instant())
            .ifPresentOrElse(
                wait -> controller.enqueueAfter(ObjectKey.of(now), wait),
                () -> controller.enqueue(ObjectKey.of(now)));
      } catch (ScheduleFormatException _) {
        events.warning(
            now,
            "UnParseableCronJobSchedule",
            "unparseable schedule for cronjob: " + now.spec().schedule());
      }
    }

    @Override
    public void onDelete(CronJob cronJob) {
      controller.enqueue(ObjectKey.of(cronJob));
    }
  }
}
