package io.kubejar.controllers.job;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Controller;
import io.kubejar.client.Informer;
import io.kubejar.client.InformerHandler;
import io.kubejar.client.RetryDelays;
import io.kubejar.client.WorkQueue;
import io.kubejar.controllers.ownership.ControllerRefs;
import io.kubejar.controllers.pods.PodStates;
import java.time.Duration;

/// Looks at a Job at once when it is made, deleted or wanted otherwise, and a second after its
/// status or one of its pods has changed.
public final class JobController implements Component {
  /// The queue of pods that wait to be let go, as upstream calls it.
  public static final String TRACKED_PODS = "job_orphan_pod";

  private static final int WORKERS = 5;
  private static final Duration SHORTEST_RETRY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);

  private final JobWatcher watcher;

  public JobController(JobWatcher watcher) {
    this.watcher = watcher;
  }

  @Override
  public String name() {
    return "job-controller";
  }

  @Override
  public void install(ComponentRuntime runtime) {
    var jobs = runtime.informers().informer(Job.RESOURCE);
    var pods = runtime.informers().informer(Pod.RESOURCE);
    var memory = new JobMemory(runtime.client(), pods, runtime.clock());
    var events = runtime.events(name());
    var tracked =
        new Controller(
            TRACKED_PODS, WORKERS, new TrackedPods(runtime.client(), jobs, pods), queue(runtime));
    var reconciler =
        new JobReconciler(
            runtime.client(),
            jobs,
            pods,
            new PodWrites(runtime.client(), events, runtime.together(), memory),
            tracked::enqueue,
            events,
            new JobReports(watcher),
            runtime.clock());
    var controller = new Controller(name(), WORKERS, reconciler, queue(runtime));
    runtime.add(tracked.requires(jobs, pods));
    runtime.add(controller.requires(jobs, pods));
    jobs.addHandler(new JobHandler(pods, controller, tracked, watcher));
    pods.addHandler(new PodHandler(jobs, memory, controller, tracked, watcher));
  }

  private static WorkQueue<ObjectKey> queue(ComponentRuntime runtime) {
    var delays = new RetryDelays<ObjectKey>(runtime.clock(), SHORTEST_RETRY, LONGEST_RETRY);
    return new WorkQueue<>(runtime.clock(), delays);
  }

  private record JobHandler(
      Informer<Pod> pods, Controller controller, Controller tracked, JobWatcher watcher)
      implements InformerHandler<Job> {

    @Override
    public void onAdd(Job job) {
      JobStates.otherManager(job).ifPresent(watcher::managedByOther);
      controller.enqueue(ObjectKey.of(job));
    }

    @Override
    public void onUpdate(Job before, Job now) {
      boolean wantedOtherwise = before.metadata().generation() != now.metadata().generation();
      if (wantedOtherwise || JobStates.isFinished(now)) {
        controller.enqueue(ObjectKey.of(now));
      } else {
        controller.enqueueAfter(ObjectKey.of(now), JobReconciler.BATCH);
      }
    }

    @Override
    public void onDelete(Job job) {
      controller.enqueue(ObjectKey.of(job));
      for (var pod : pods.ownedBy(job)) {
        if (JobPods.isTracked(pod)) {
          tracked.enqueue(ObjectKey.of(pod));
        }
      }
    }
  }

  /// Finds the Jobs that a pod's change matters to.
  private record PodHandler(
      Informer<Job> jobs,
      JobMemory memory,
      Controller controller,
      Controller tracked,
      JobWatcher watcher)
      implements InformerHandler<Pod> {

    @Override
    public void onAdd(Pod pod) {
      countTracked(false, waits(pod));
      if (PodStates.isBeingDeleted(pod)) {
        deleted(pod, false); // First seen after a restart: on its way out already.
        return;
      }
      if (ControllerRefs.of(pod).isEmpty()) {
        orphan(pod);
        return;
      }
      TrackedPods.jobOf(jobs, pod)
          .map(ObjectKey::of)
          .ifPresent(
              job -> {
                memory.expectations().creationSeen(job);
                controller.enqueueAfter(job, JobReconciler.BATCH);
              });
    }

    @Override
    public void onUpdate(Pod before, Pod now) {
      countTracked(waits(before), waits(now));
      if (PodStates.isBeingDeleted(now)) {
        deleted(now, false);
        return;
      }
      var changedHands = !ControllerRefs.of(before).equals(ControllerRefs.of(now));
      if (changedHands) {
        changed(before, now);
      }
      if (ControllerRefs.of(now).isPresent()) {
        changed(now, now);
      } else if (changedHands || !before.metadata().labels().equals(now.metadata().labels())) {
        orphan(now);
      } else if (JobPods.isTracked(now)) {
        tracked.enqueue(ObjectKey.of(now));
      }
    }

    @Override
    public void onDelete(Pod pod) {
      countTracked(waits(pod), false);
      deleted(pod, true);
    }

    /// @param owned by the Job that is meant
    private void changed(Pod owned, Pod now) {
      TrackedPods.jobOf(jobs, owned)
          .map(ObjectKey::of)
          .ifPresent(
              job -> {
                if (!JobPods.isTracked(now)) {
                  memory.releaseSeen(job, now.metadata().uid());
                }
                controller.enqueueAfter(job, JobReconciler.BATCH);
              });
    }

    /// @param gone whether it is no more, rather than on its way
    private void deleted(Pod pod, boolean gone) {
      var job = TrackedPods.jobOf(jobs, pod).filter(it -> !JobStates.isFinished(it));
      if (job.isEmpty()) {
        if (JobPods.isTracked(pod) && !gone) {
          tracked.enqueue(ObjectKey.of(pod));
        }
        return;
      }
      var key = ObjectKey.of(job.get());
      memory.expectations().deletionSeen(key, pod.metadata().uid());
      if (gone || !JobPods.isTracked(pod)) {
        memory.releaseSeen(key, pod.metadata().uid());
      }
      controller.enqueueAfter(key, JobReconciler.BATCH);
    }

    private void orphan(Pod pod) {
      if (JobPods.isTracked(pod)) {
        tracked.enqueue(ObjectKey.of(pod));
      }
      for (var job : jobs.inNamespace(pod.metadata().namespace())) {
        if (LabelSelectors.of(job.spec().selector()).matches(pod.metadata().labels())) {
          controller.enqueueAfter(ObjectKey.of(job), JobReconciler.BATCH);
        }
      }
    }

    private static boolean waits(Pod pod) {
      return PodStates.isTerminal(pod) && JobPods.isTracked(pod);
    }

    private void countTracked(boolean before, boolean now) {
      if (before != now) {
        watcher.endedTracked(now);
      }
    }
  }
}
