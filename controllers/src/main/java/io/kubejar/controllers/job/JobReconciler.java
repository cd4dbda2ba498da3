package io.kubejar.controllers.job;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.batch.v1.JobCondition;
import io.kubejar.api.batch.v1.JobStatus;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.client.Client;
import io.kubejar.client.EventRecorder;
import io.kubejar.client.Informer;
import io.kubejar.client.Outcome;
import io.kubejar.client.Reconciler;
import io.kubejar.controllers.ownership.ClaimPlan;
import io.kubejar.controllers.ownership.Claims;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Takes one Job one step further.
///
/// @param letGo takes the key of a pod whose finalizer nobody else will remove
record JobReconciler(
    Client client,
    Informer<Job> jobs,
    Informer<Pod> pods,
    PodWrites writes,
    Consumer<ObjectKey> letGo,
    EventRecorder events,
    JobReports reports,
    InstantSource clock)
    implements Reconciler {

  /// Several pods that end together are counted together, and nobody is asked every millisecond.
  static final Duration BATCH = Duration.ofSeconds(1);

  @Override
  public Outcome reconcile(ObjectKey key) throws InterruptedException {
    var found = jobs.find(key);
    if (found.isEmpty()) {
      memory().forget(key);
      return Outcome.done(); // The garbage collector takes the pods.
    }
    var job = found.get();
    if (JobStates.otherManager(job).isPresent()) {
      return Outcome.done();
    }
    if (JobStates.isFinished(job)) {
      memory().forget(key);
      pods.ownedBy(job).stream()
          .filter(JobPods::isTracked)
          .forEach(pod -> letGo.accept(ObjectKey.of(pod)));
      return Outcome.done();
    }
    if (!memory().statuses().shownBy(job)) {
      reports.stale();
      return Outcome.done();
    }
    if (JobStates.hasUnknownMode(job)) {
      events.warning(
          job, "UnknownCompletionMode", "Skipped Job sync because completion mode is unknown");
      return Outcome.done();
    }
    return measured(job);
  }

  private Outcome measured(Job job) throws InterruptedException {
    var since = clock.instant();
    var action = new Action();
    boolean well = false;
    try {
      var outcome = advance(job, action);
      well = true;
      return outcome;
    } finally {
      reports.synced(job, well, action.word, Duration.between(since, clock.instant()));
    }
  }

  private Outcome advance(Job job, Action action) throws InterruptedException {
    // Asked before listing: asked later, a yes could stand for pods that the list does not show.
    boolean current = memory().showsPods(job);
    var seen = look(job, current);
    var accounts = Accounts.of(seen);
    var world = seen.withEnded(accounts.newlySucceeded(), accounts.newlyFailed());
    var verdict = JobVerdict.of(world, accounts);
    var plan = PodPlan.of(world, accounts, verdict);
    var done = perform(world, accounts, plan, action);
    var standing = Standing.of(world, accounts, verdict, plan, done.pods());
    standing.turned().ifPresent(condition -> noteTurn(job, condition));
    count(job, world, accounts, standing);
    if (done.refused().isPresent()) {
      throw done.refused().get();
    }
    return again(world, verdict, plan);
  }

  private JobWorld look(Job job, boolean current) throws InterruptedException {
    var now = clock.instant();
    var key = ObjectKey.of(job);
    var selector = LabelSelectors.of(job.spec().selector());
    var owned =
        new Claims<>(client, Job.RESOURCE, Pod.RESOURCE, List.of(JobPods.TRACKING))
            .claim(job, ClaimPlan.of(job, selector, pods.claimableBy(job)));
    var begun =
        job.status().startTime() != null || JobStates.isSuspended(job)
            ? job
            : job.withStatus(job.status().withStartTime(now.truncatedTo(ChronoUnit.SECONDS)));
    return new JobWorld(begun, owned, memory().released(key), memory().backoff(key), current, now);
  }

  /// What was done about the pods.
  private record Done(Standing.Pods pods, Optional<ApiException> refused) {}

  private Done perform(JobWorld world, Accounts accounts, PodPlan plan, Action action)
      throws InterruptedException {
    var job = world.job();
    return switch (plan) {
      case PodPlan.EndAll(var going) -> gone(world, accounts, writes.end(job, going));
      case PodPlan.Remove(var going) -> {
        action.word = "pods_deleted";
        yield gone(world, accounts, writes.remove(job, going));
      }
      case PodPlan.Create create -> {
        action.word = "pods_created";
        yield made(world, accounts, create);
      }
      case PodPlan.Later _ -> {
        action.word = "pods_created";
        yield unchanged(world, accounts);
      }
      case PodPlan.Keep _ -> {
        action.word = "tracking";
        yield unchanged(world, accounts);
      }
      case PodPlan.Untouched _ -> unchanged(world, accounts);
    };
  }

  private static Done unchanged(JobWorld world, Accounts accounts) {
    var pods =
        new Standing.Pods(
            accounts.active().size(), accounts.ready(), world.terminating().size(), true);
    return new Done(pods, Optional.empty());
  }

  private static Done gone(JobWorld world, Accounts accounts, PodWrites.Result result) {
    int gone = result.done().size();
    var pods =
        new Standing.Pods(
            accounts.active().size() - gone,
            accounts.ready() - result.ready(),
            world.terminating().size() + gone,
            result.refused().isEmpty());
    return new Done(pods, result.refused());
  }

  private Done made(JobWorld world, Accounts accounts, PodPlan.Create plan)
      throws InterruptedException {
    var outcome = writes.create(world.job(), accounts, plan);
    reports.created(world, accounts, outcome);
    var pods =
        new Standing.Pods(
            accounts.active().size() + outcome.made(),
            accounts.ready(),
            world.terminating().size(),
            outcome.refused().isEmpty());
    // With its namespace the Job goes away, too.
    return new Done(pods, outcome.refused().filter(refused -> !refused.isNamespaceTerminating()));
  }

  private void noteTurn(Job job, JobCondition condition) {
    boolean suspended = condition.status().equals("True");
    events.normal(job, suspended ? "Suspended" : "Resumed", condition.message());
  }

  /// Lists what has ended, lets it go, counts it, and says at last that the Job has ended.
  private void count(Job cached, JobWorld world, Accounts accounts, Standing standing)
      throws InterruptedException {
    var tally = Tally.of(world, accounts, standing);
    var job = write(cached, tally.status());
    memory().backoff(ObjectKey.of(job), world.backoff());
    reports.handled(tally.handled());
    var released = writes.release(job, tally.release());
    var tracked = new HashSet<>(tally.tracked());
    released.done().forEach(pod -> tracked.remove(pod.metadata().uid()));
    var counted = Tally.counted(job.status(), tracked);
    if (released.refused().isPresent()) {
      write(job, counted);
      throw released.refused().get();
    }
    var ended = tally.full() ? Optional.<JobStatus>empty() : Tally.ended(counted, tally.ending());
    var last = write(job, ended.orElse(counted));
    if (ended.isPresent()) {
      reports.ended(last, tally.ending().orElseThrow(), events);
    }
  }

  private Job write(Job job, JobStatus status) throws InterruptedException {
    if (status.equals(job.status())) {
      return job;
    }
    var written = client.updateStatus(Job.RESOURCE, job.withStatus(status));
    memory().statuses().wrote(written);
    reports.counted(written, job.status());
    return written;
  }

  private static Outcome again(JobWorld world, Optional<JobCondition> verdict, PodPlan plan) {
    var waits = new ArrayList<Duration>();
    if (plan instanceof PodPlan.Later(var delay)) {
      waits.add(delay.compareTo(BATCH) < 0 ? BATCH : delay);
    }
    if (verdict.isEmpty()) {
      JobVerdict.timeLeft(world.job(), world.now()).ifPresent(waits::add);
    }
    return waits.stream()
        .min(Duration::compareTo)
        .map(delay -> Outcome.checkAgain(delay, "pods may come again, or time is up"))
        .orElse(Outcome.done());
  }

  private JobMemory memory() {
    return writes.memory();
  }

  /// What a look comes to, in the words of metrics.
  private static final class Action {
    private String word = "reconciling";
  }
}
