package io.kubejar.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.batch.v1.JobSpec;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.client.HttpApiClient;
import io.kubejar.client.Kubeconfig;
import io.kubejar.standalone.layout.ClusterRecord;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What dashboards are told of Jobs, on the port of the controllers.
@Timeout(60)
final class JobMetricsTest {
  private static final String SYNCED =
      "job_controller_job_syncs_total{action=\"tracking\",completion_mode=\"NonIndexed\","
          + "result=\"success\"}";

  @TempDir private Path directory;
  private final RealClock clock = new RealClock();

  @AfterEach
  void stop() {
    clock.close();
  }

  @Test
  void areThereUnderUpstreamsNames() throws Exception {
    int controllers = freePort();
    var choice =
        ApiServerChoice.of(
            Map.of("--controller-manager-secure-port", Integer.toString(controllers)));
    var cluster = new ClusterRecord("jobs", directory.resolve("data"), 0, freePort(), 1, false);
    try (var running =
            RunningCluster.start(
                cluster, new StoreChoice(), choice, (_, _) -> Nodes.NONE, _ -> {});
        var client = new HttpApiClient(running.administrator().access("test"), clock)) {
      client.create(Job.RESOURCE, job("foreign", JobSpec.EMPTY.withManagedBy("example.com/it")));
      client.create(Job.RESOURCE, job("empty", JobSpec.EMPTY.withCompletions(0)));
      var text = metrics(running, controllers);
      while (!text.contains(SYNCED)) { // The first look at the second Job is all it takes.
        text = metrics(running, controllers);
      }

      assertThat(text)
          .contains(
              "job_controller_job_sync_duration_seconds_bucket{action=\"tracking\","
                  + "completion_mode=\"NonIndexed\",result=\"success\",le=\"0.004\"}",
              "job_controller_jobs_finished_total{completion_mode=\"NonIndexed\","
                  + "reason=\"CompletionsReached\",result=\"succeeded\"} 1.0",
              "job_controller_jobs_by_external_controller_total{"
                  + "controller_name=\"example.com/it\"} 1.0",
              "cronjob_controller_job_creation_skew_duration_seconds_bucket{le=\"512.0\"}",
              "ttl_after_finished_controller_job_deletion_duration_seconds_bucket{le=\"0.1\"}",
              "workqueue_depth{name=\"job\"}",
              "workqueue_depth{name=\"job_orphan_pod\"}",
              "workqueue_depth{name=\"cronjob\"}",
              "workqueue_depth{name=\"ttl_jobs_to_delete\"}",
              "name=\"job-controller\"} 1.0")
          .doesNotContain("name=\"job_orphan_pod\"} 1.0");
    }
  }

  private String metrics(RunningCluster running, int port) throws Exception {
    var yaml =
        running.administrator().toYaml().replaceAll("127\\.0\\.0\\.1:[0-9]+", "127.0.0.1:" + port);
    try (var client = new HttpApiClient(Kubeconfig.parse(yaml, directory).access("test"), clock)) {
      return client.text("/metrics");
    }
  }

  private static Job job(String name, JobSpec spec) {
    var pod =
        PodTemplateSpec.EMPTY
            .spec()
            .withRestartPolicy("Never")
            .withContainers(List.of(Container.EMPTY.withName("main").withImage("busybox")));
    return Job.EMPTY
        .withMetadata(ObjectMeta.EMPTY.withNamespace("default").withName(name))
        .withSpec(spec.withTemplate(PodTemplateSpec.EMPTY.withSpec(pod)));
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
