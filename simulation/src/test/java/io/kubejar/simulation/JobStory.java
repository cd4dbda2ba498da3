package io.kubejar.simulation;

import io.kubejar.api.batch.v1.CronJob;
import io.kubejar.api.batch.v1.CronJobSpec;
import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.batch.v1.JobCondition;
import io.kubejar.api.batch.v1.JobSpec;
import io.kubejar.api.batch.v1.JobTemplateSpec;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.client.Client;
import io.kubejar.client.ListOptions;
import io.kubejar.simulation.nodes.PodScript;
import io.kubejar.simulation.nodes.PodScripts;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/// Jobs of every kind side by side, and a CronJob, and what must come of them whatever goes wrong.
final class JobStory {
  private static final Duration LONG_ENOUGH = Duration.ofHours(4);
  private static final String TRACKING = "batch.kubernetes.io/job-tracking";
  private static final String INDEX = "batch.kubernetes.io/job-completion-index";
  private static final ObjectKey CRON = new ObjectKey("default", "tick");
  private static final int RUNS = 3;

  /// Pods of index 1, and those of the Job that is to fail, never succeed.
  static final PodScripts SCRIPTS =
      pod -> {
        boolean fails =
            pod.metadata().labels().getOrDefault(INDEX, "").equals("1")
                || pod.metadata().labels().getOrDefault("job-name", "").equals("doomed");
        var exit = new PodScript.Exit(Duration.ofSeconds(1), fails ? 1 : 0, Integer.MAX_VALUE);
        return PodScript.AT_ONCE.withExit(exit);
      };

  private final SimulatedCluster cluster;
  private final Client client;

  /// The UID of each Job of the CronJob: its minute is run once.
  private final Map<String, String> runs = new HashMap<>();

  JobStory(SimulatedCluster cluster) {
    this.cluster = cluster;
    client = cluster.client();
    cluster.checking(
        () -> {
          var jobs = list(Job.RESOURCE);
          var pods = list(Pod.RESOURCE);
          nothingIsCountedTwice(jobs, pods);
          noMoreRunThanMay(jobs, pods);
          noMinuteRunsTwice(jobs);
        });
  }

  /// Returns the state that is reached.
  Map<String, Object> tell() throws InterruptedException {
    create("plain", JobSpec.EMPTY.withCompletions(4).withParallelism(2));
    create("doomed", JobSpec.EMPTY.withCompletions(2).withParallelism(1).withBackoffLimit(1));
    create(
        "indexed",
        JobSpec.EMPTY
            .withCompletionMode("Indexed")
            .withCompletions(4)
            .withParallelism(3)
            .withBackoffLimitPerIndex(1));
    create(
        "brief",
        JobSpec.EMPTY.withCompletions(1).withParallelism(1).withTtlSecondsAfterFinished(60));
    client.create(CronJob.RESOURCE, cronJob());
    cluster.runUntil("all jobs at their end", this::areDone, LONG_ENOUGH);
    cluster.runUntil("runs of the CronJob", this::hasTicked, LONG_ENOUGH);
    client.update(CronJob.RESOURCE, suspended(client.get(CronJob.RESOURCE, CRON)));
    cluster.runUntil("the end of what runs", this::rests, LONG_ENOUGH);
    return state();
  }

  /// Deleted with all that belongs to them.
  void end() throws InterruptedException {
    var background = DeleteOptions.EMPTY.withPropagationPolicy("Background");
    client.delete(CronJob.RESOURCE, CRON, background);
    for (var job : list(Job.RESOURCE)) {
      try {
        client.delete(Job.RESOURCE, ObjectKey.of(job), background);
      } catch (ApiException gone) {
        if (!gone.isNotFound()) {
          throw gone;
        }
      }
    }
    cluster.runUntil(
        "nothing left",
        () -> list(Job.RESOURCE).isEmpty() && list(Pod.RESOURCE).isEmpty(),
        LONG_ENOUGH);
  }

  private boolean areDone() throws InterruptedException {
    for (var name : List.of("plain", "doomed", "indexed")) {
      if (!isDone(client.get(Job.RESOURCE, new ObjectKey("default", name)))) {
        return false;
      }
    }
    boolean gone = client.find(Job.RESOURCE, new ObjectKey("default", "brief")).isEmpty();
    return gone && list(Pod.RESOURCE).stream().noneMatch(JobStory::waitsToBeCounted);
  }

  private static boolean waitsToBeCounted(Pod pod) {
    boolean ended = List.of("Succeeded", "Failed").contains(pod.status().phase());
    return ended && pod.metadata().finalizers().contains(TRACKING);
  }

  private boolean hasTicked() throws InterruptedException {
    return runs.size() >= RUNS
        && client.get(CronJob.RESOURCE, CRON).status().lastSuccessfulTime() != null;
  }

  private boolean rests() throws InterruptedException {
    var kept = list(Job.RESOURCE).stream().filter(JobStory::isScheduled).toList();
    return client.get(CronJob.RESOURCE, CRON).status().active().isEmpty()
        && kept.size() == 1
        && kept.stream().allMatch(JobStory::isDone);
  }

  private static boolean isDone(Job job) {
    return job.status().conditions().stream()
        .anyMatch(
            it -> List.of("Complete", "Failed").contains(it.type()) && it.status().equals("True"));
  }

  /// What must be the same in every run: everything but names, UIDs, revisions and times.
  private Map<String, Object> state() throws InterruptedException {
    var jobs = new TreeMap<String, Object>();
    for (var job : list(Job.RESOURCE)) {
      var status = job.status();
      jobs.put(
          isScheduled(job) ? "tick" : job.metadata().name(),
          List.of(
              status.active(),
              status.succeeded(),
              status.failed(),
              status.completedIndexes(),
              Objects.requireNonNullElse(status.failedIndexes(), "none"),
              Objects.requireNonNullElse(status.ready(), -1),
              Objects.requireNonNullElse(status.terminating(), -1),
              status.conditions().stream().map(JobStory::text).toList()));
    }
    return jobs;
  }

  private static String text(JobCondition condition) {
    return condition.type() + "=" + condition.status() + " " + condition.reason();
  }

  /// No number is larger than the pods that can have led to it.
  private static void nothingIsCountedTwice(List<Job> jobs, List<Pod> pods) {
    for (var job : jobs) {
      if (job.metadata().deletionTimestamp() != null) {
        continue; // Its pods go before it does.
      }
      var status = job.status();
      long succeeded = count(job, pods, "Succeeded");
      long failed = count(job, pods, "Failed");
      if (status.succeeded() > succeeded || status.failed() > failed) {
        throw new AssertionError(
            job.metadata().name()
                + " has counted more than there is: "
                + status
                + " succeeded="
                + succeeded
                + " failed="
                + failed);
      }
    }
  }

  private static long count(Job job, List<Pod> pods, String phase) {
    return pods.stream()
        .filter(pod -> isOf(job, pod) && pod.status().phase().equals(phase))
        .count();
  }

  private static void noMoreRunThanMay(List<Job> jobs, List<Pod> pods) {
    for (var job : jobs) {
      long running =
          pods.stream()
              .filter(pod -> isOf(job, pod) && pod.metadata().deletionTimestamp() == null)
              .filter(pod -> List.of("Pending", "Running").contains(pod.status().phase()))
              .count();
      int most = Optional.ofNullable(job.spec().parallelism()).orElse(1);
      if (running > most) {
        throw new AssertionError(job.metadata().name() + " runs " + running + " pods");
      }
    }
  }

  /// No two Jobs are ever made for one minute, and with Forbid no two run at a time.
  private void noMinuteRunsTwice(List<Job> jobs) {
    int running = 0;
    for (var job : jobs) {
      if (isScheduled(job)) {
        var other = runs.putIfAbsent(job.metadata().name(), job.metadata().uid());
        if (other != null && !other.equals(job.metadata().uid())) {
          throw new AssertionError("made twice: " + job.metadata().name());
        }
        running += isDone(job) ? 0 : 1;
      }
    }
    if (running > 1) {
      throw new AssertionError("jobs of one CronJob that must not overlap: " + running);
    }
  }

  private static boolean isScheduled(Job job) {
    return job.metadata().ownerReferences().stream().anyMatch(it -> it.kind().equals("CronJob"));
  }

  private static boolean isOf(Job job, Pod pod) {
    return pod.metadata().ownerReferences().stream()
        .anyMatch(owner -> owner.uid().equals(job.metadata().uid()));
  }

  private <T extends KubernetesObject> List<T> list(ResourceType<T> type)
      throws InterruptedException {
    return client.list(type, ListOptions.inNamespace("default")).items();
  }

  private void create(String name, JobSpec spec) throws InterruptedException {
    var metadata = ObjectMeta.EMPTY.withNamespace("default").withName(name);
    client.create(
        Job.RESOURCE, Job.EMPTY.withMetadata(metadata).withSpec(spec.withTemplate(template())));
  }

  private static CronJob cronJob() {
    var job = JobSpec.EMPTY.withCompletions(1).withParallelism(1).withTemplate(template());
    return CronJob.EMPTY
        .withMetadata(ObjectMeta.EMPTY.withNamespace(CRON.namespace()).withName(CRON.name()))
        .withSpec(
            CronJobSpec.EMPTY
                .withSchedule("* * * * *")
                .withConcurrencyPolicy("Forbid")
                .withSuccessfulJobsHistoryLimit(1)
                .withJobTemplate(JobTemplateSpec.EMPTY.withSpec(job)));
  }

  private static CronJob suspended(CronJob cronJob) {
    return cronJob.withSpec(cronJob.spec().withSuspend(true));
  }

  private static PodTemplateSpec template() {
    return PodTemplateSpec.EMPTY.withSpec(
        PodTemplateSpec.EMPTY
            .spec()
            .withRestartPolicy("Never")
            .withSchedulerName("default-scheduler")
            .withContainers(List.of(Container.EMPTY.withName("main").withImage("busybox"))));
  }
}
