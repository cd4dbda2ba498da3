package io.kubejar;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.batch.v1.CronJob;
import io.kubejar.api.batch.v1.Job;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.Client;
import io.kubejar.client.ListOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Jobs that need hours, in a test that does not.
class JobsInTimeTest {
  private static final Instant NEW_YEAR = Instant.parse("2031-01-01T00:00:00Z");

  @Test
  void anHourlyCronJobRunsOnceInEveryHour() throws Exception {
    try (var cluster = Cluster.builder().startingAt(NEW_YEAR).frozen().start()) {
      cluster.apply(
          """
          apiVersion: batch/v1
          kind: CronJob
          metadata: {name: hourly, namespace: default}
          spec:
            schedule: "0 * * * *"
            successfulJobsHistoryLimit: 100
            jobTemplate:
              spec:
                template:
                  spec:
                    restartPolicy: Never
                    containers: [{name: main, image: busybox}]
          """);
      cluster.clock().advance(Duration.ofHours(12).plusMinutes(1));

      var client = cluster.inProcessClient();
      assertThat(jobs(client))
          .hasSize(12)
          .allMatch(job -> job.status().succeeded() == 1)
          .extracting(job -> job.status().startTime())
          .contains(NEW_YEAR.plus(Duration.ofHours(1)), NEW_YEAR.plus(Duration.ofHours(12)));
      var status = client.get(CronJob.RESOURCE, new ObjectKey("default", "hourly")).status();
      assertThat(status.lastScheduleTime()).isEqualTo(NEW_YEAR.plus(Duration.ofHours(12)));
      assertThat(status.active()).isEmpty();
    }
  }

  @Test
  void anEndedJobGoesAfterItsTime() throws Exception {
    try (var cluster = Cluster.builder().startingAt(NEW_YEAR).frozen().start()) {
      cluster.apply(
          """
          apiVersion: batch/v1
          kind: Job
          metadata: {name: brief, namespace: default}
          spec:
            ttlSecondsAfterFinished: 86400
            template:
              spec:
                restartPolicy: Never
                containers: [{name: main, image: busybox}]
          """);
      cluster.clock().advance(Duration.ofHours(23));
      assertThat(jobs(cluster.inProcessClient())).hasSize(1);
      cluster.clock().advance(Duration.ofHours(2));

      assertThat(jobs(cluster.inProcessClient())).isEmpty();
    }
  }

  private static List<Job> jobs(Client client) throws InterruptedException {
    return client.list(Job.RESOURCE, ListOptions.inNamespace("default")).items();
  }
}
