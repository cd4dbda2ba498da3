package io.kubejar.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Jobs and CronJobs whose containers really run and end.
final class JobsE2eTest {
  private static final String IMAGE = "--image=" + BusyboxImage.NAME;

  @SuppressWarnings("NullAway.Init")
  private static RealCluster cluster;

  @BeforeAll
  static void start() {
    cluster = RealCluster.named("jobs");
    cluster.up("--port=16456", "--kubelet-port=20266");
    var image = BusyboxImage.write(cluster.file("busybox.tar"));
    cluster.kubejar("image", "load", image.toString()).orFail();
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void aJobRunsToItsEndAndGoesWithItsPods() {
    cluster.kubectl("create", "job", "hello", IMAGE, "--", "echo", "hello");
    await("job/hello", "condition=complete");

    assertThat(cluster.kubectl("logs", "job/hello")).isEqualTo("hello\n");
    assertThat(cluster.kubectl("get", "job", "hello").lines().toList().getLast())
        .matches("hello\\s+Complete\\s+1/1\\s+\\S+\\s+\\S+");
    assertThat(cluster.kubectl("describe", "job", "hello"))
        .contains("SuccessfulCreate", "Completed", "Job completed");
    assertThat(of("job", "hello", "{.status.succeeded}")).isEqualTo("1");
    cluster.kubectl("delete", "job", "hello");
    cluster.kubectl("wait", "pods", "--selector=job-name=hello", "--for=delete", "--timeout=60s");
    assertThat(podsOf("hello")).isEmpty();
  }

  @Test
  void everyIndexKnowsItself() {
    apply(
        "indexed",
        "completionMode: Indexed, completions: 3, parallelism: 3",
        "echo index=$JOB_COMPLETION_INDEX host=$(hostname)");
    await("job/indexed", "condition=complete");

    var said = cluster.kubectl("logs", "--selector=job-name=indexed", "--tail=-1");
    assertThat(said.lines())
        .containsExactlyInAnyOrder(
            "index=0 host=indexed-0", "index=1 host=indexed-1", "index=2 host=indexed-2");
    assertThat(of("job", "indexed", "{.status.completedIndexes}")).isEqualTo("0-2");
  }

  /// The second pod comes ten seconds after the first has failed.
  @Test
  void aJobGivesUpAtItsLimit() {
    apply("failing", "backoffLimit: 1", "exit 3");
    await("job/failing", "condition=failed");

    assertThat(of("job", "failing", "{.status.failed}")).isEqualTo("2");
    assertThat(of("job", "failing", "{.status.conditions[*].type}"))
        .isEqualTo("FailureTarget Failed");
    assertThat(podsOf("failing")).hasSize(2);
    assertThat(
            cluster.kubectl(
                "get",
                "pods",
                "--selector=job-name=failing",
                "-o",
                "jsonpath={.items[*].status.containerStatuses[0].state.terminated.exitCode}"))
        .isEqualTo("3 3");
    assertThat(cluster.kubectl("describe", "job", "failing"))
        .contains("BackoffLimitExceeded", "Job has reached the specified backoff limit");
  }

  @Test
  void aCronJobRunsByHandAndByItself() {
    cluster.kubectl(
        "create", "cronjob", "tick", IMAGE, "--schedule=*/1 * * * *", "--", "echo", "tick");
    cluster.kubectl("create", "job", "by-hand", "--from=cronjob/tick");
    await("job/by-hand", "condition=complete");
    assertThat(cluster.kubectl("logs", "job/by-hand")).isEqualTo("tick\n");

    await("cronjob/tick", "jsonpath={.status.lastScheduleTime}");
    var byItself =
        cluster
            .kubectl(
                "get",
                "jobs",
                "-o",
                "jsonpath={range .items[?(@.metadata.annotations.batch\\.kubernetes\\.io/"
                    + "cronjob-scheduled-timestamp)]}{.metadata.name}{\"\\n\"}{end}")
            .lines()
            .toList();
    assertThat(byItself).isNotEmpty().allMatch(name -> name.matches("tick-[0-9]+"));
    await("job/" + byItself.getFirst(), "condition=complete");
    assertThat(cluster.kubectl("logs", "job/" + byItself.getFirst())).isEqualTo("tick\n");
    cluster.kubectl("delete", "cronjob", "tick");
    cluster.kubectl("wait", "job/by-hand", "--for=delete", "--timeout=60s");
  }

  @Test
  void aJobGoesWhenItsTimeIsOver() {
    apply("brief", "ttlSecondsAfterFinished: 1", "true");
    cluster.kubectl("wait", "job/brief", "--for=delete", "--timeout=90s");

    assertThat(podsOf("brief")).isEmpty();
  }

  private static void apply(String name, String spec, String script) {
    var manifest =
        """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: %s}
        spec: {%s, template: {spec: {restartPolicy: Never, containers: [
          {name: main, image: '%s', command: [sh, -c, '%s']}]}}}
        """
            .formatted(name, spec, BusyboxImage.NAME, script);
    cluster.kubectl("apply", "-f", cluster.write(name + ".yaml", manifest));
  }

  private static void await(String what, String condition) {
    cluster.kubectl("wait", what, "--for=" + condition, "--timeout=120s");
  }

  private static String of(String kind, String name, String path) {
    return cluster.kubectl("get", kind, name, "-o", "jsonpath=" + path);
  }

  private static List<String> podsOf(String job) {
    return cluster
        .kubectl("get", "pods", "--selector=job-name=" + job, "-o", "name")
        .lines()
        .toList();
  }
}
