package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.names;
import static io.kubejar.standalone.conformance.Trees.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;
import java.time.Duration;
import java.util.List;

/// CronJobs whose Jobs never end by themselves.
final class CronJobsTest {
  private static final String CRON_JOB = "[sig-apps] CronJob ";
  private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

  @Conformance(CRON_JOB + "should schedule multiple jobs concurrently")
  void overlap(TimedCluster cluster) throws Exception {
    var api = cluster.newTest();
    create(api, "concurrent", "concurrencyPolicy: Allow");
    awaitActive(cluster, api, "concurrent", 2);

    assertThat(activeJobs(api)).hasSizeGreaterThanOrEqualTo(2);
    remove(cluster, api, "concurrent");
  }

  @Conformance(CRON_JOB + "should not schedule jobs when suspended [Slow]")
  void restWhileSuspended(TimedCluster cluster) throws Exception {
    var api = cluster.newTest();
    create(api, "suspended", "suspend: true");
    cluster.pass(FIVE_MINUTES);

    assertThat(items(api.get(cronJobs(api) + "/suspended"), "status.active")).isEmpty();
    assertThat(names(api.get(jobs(api)))).isEmpty();
    remove(cluster, api, "suspended");
  }

  @Conformance(CRON_JOB + "should not schedule new jobs when ForbidConcurrent [Slow]")
  void doNotOverlapIfForbidden(TimedCluster cluster) throws Exception {
    var api = cluster.newTest();
    create(api, "forbid", "concurrencyPolicy: Forbid");
    awaitActive(cluster, api, "forbid", 1);
    var only = activeJobs(api);
    assertThat(only).hasSize(1);
    cluster.pass(FIVE_MINUTES);

    assertThat(items(api.get(cronJobs(api) + "/forbid"), "status.active")).hasSize(1);
    assertThat(activeJobs(api)).isEqualTo(only);
    assertThat(names(api.get(jobs(api)))).hasSize(1);
    remove(cluster, api, "forbid");
  }

  @Conformance(CRON_JOB + "should replace jobs when ReplaceConcurrent")
  void replaceTheRunningJob(TimedCluster cluster) throws Exception {
    var api = cluster.newTest();
    create(api, "replace", "concurrencyPolicy: Replace");
    awaitActive(cluster, api, "replace", 1);
    var first = activeJobs(api);
    assertThat(first).hasSize(1);

    cluster.passUntil(
        api, jobs(api), list -> !names(list).isEmpty() && !names(list).contains(first.getFirst()));
    assertThat(activeJobs(api)).hasSize(1);
    remove(cluster, api, "replace");
  }

  private static void awaitActive(TimedCluster cluster, Api api, String name, int count)
      throws Exception {
    var found =
        cluster.passUntil(
            api, cronJobs(api) + "/" + name, it -> items(it, "status.active").size() >= count);
    assertThat(items(found, "status.active")).hasSize(count);
  }

  private static List<String> activeJobs(Api api) throws Exception {
    return items(api.get(jobs(api)), "items").stream()
        .filter(job -> text(job, "status.completionTime").isEmpty())
        .filter(job -> items(job, "status.conditions").isEmpty())
        .map(job -> text(job, "metadata.name"))
        .toList();
  }

  /// Its Jobs and their pods go with it.
  private static void remove(TimedCluster cluster, Api api, String name) throws Exception {
    api.delete(cronJobs(api) + "/" + name, "propagationPolicy: Background");
    cluster.passUntil(api, cronJobs(api), list -> names(list).isEmpty());
    cluster.passUntil(api, jobs(api), list -> names(list).isEmpty());
    cluster.passUntil(api, api.core("pods"), list -> names(list).isEmpty());
  }

  private static String cronJobs(Api api) {
    return api.path("batch/v1", "cronjobs");
  }

  private static String jobs(Api api) {
    return api.path("batch/v1", "jobs");
  }

  private static JsonObject create(Api api, String name, String spec) throws Exception {
    return api.create(
        cronJobs(api),
        """
        apiVersion: batch/v1
        kind: CronJob
        metadata: {name: %s}
        spec: {schedule: '*/1 * * * ?', %s, jobTemplate: {spec: {parallelism: 1, completions: 1,
          template: {spec: {restartPolicy: OnFailure, containers: [{name: c, image: busybox, command: [sleep, '300']}]}}}}}
        """
            .formatted(name, spec));
  }
}
