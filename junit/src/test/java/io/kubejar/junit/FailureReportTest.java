package io.kubejar.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.Cluster;
import io.kubejar.Fault;
import io.kubejar.KubernetesCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.reporting.FileEntry;
import org.junit.platform.engine.reporting.ReportEntry;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// Runs tests that fail, and one that does not.
@Timeout(60)
class FailureReportTest {
  private final List<Path> files = new ArrayList<>();
  private final List<String> entries = new ArrayList<>();

  @Test
  void aFailureHasItsClustersStory(@TempDir Path reports) throws Exception {
    run(FailingCase.class, reports);

    assertThat(entries).hasSize(1).first().asString().contains("see kubejar-cluster.txt");
    assertThat(files).hasSize(1);
    assertThat(files.getFirst()).startsWithRaw(reports);
    assertThat(Files.readString(files.getFirst()))
        .contains("Normal Scheduled Pod default/alone: Successfully assigned default/alone")
        .contains("ADDED Pod default/alone")
        .contains("by kubernetes-admin (kubejar)")
        .contains("Refusal[code=409, retryAfterSeconds=0] met patch pods default/other")
        .contains("409 patch pods default/other")
        .doesNotContain("ADDED Node");
  }

  @Test
  void aSharedClusterTellsItToo(@TempDir Path reports) throws Exception {
    run(FailingSharedCase.class, reports);

    assertThat(files).hasSize(1);
    assertThat(Files.readString(files.getFirst())).contains("ADDED Pod default/alone");
  }

  @Test
  void successNeedsNoStory(@TempDir Path reports) {
    run(SucceedingCase.class, reports);

    assertThat(files).isEmpty();
    assertThat(entries).isEmpty();
  }

  private void run(Class<?> type, Path reports) {
    var request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(List.of(DiscoverySelectors.selectClass(type)))
            .configurationParameter("junit.platform.reporting.output.dir", reports.toString())
            .build();
    LauncherFactory.create()
        .execute(
            request,
            new TestExecutionListener() {
              @Override
              public void fileEntryPublished(TestIdentifier test, FileEntry entry) {
                files.add(entry.getPath());
              }

              @Override
              public void reportingEntryPublished(TestIdentifier test, ReportEntry entry) {
                entries.addAll(entry.getKeyValuePairs().values());
              }
            });
  }

  private static void pod(Cluster cluster, String name) {
    cluster.apply(
        """
        {apiVersion: v1, kind: Pod, metadata: {name: %s}, spec: {containers: [{name: a, image: a}]}}
        """
            .formatted(name));
  }

  @KubernetesCluster(frozen = true)
  static class FailingCase {
    @Test
    void fails(Cluster cluster) {
      pod(cluster, "alone");
      cluster.settle();
      cluster.faults().add(Fault.conflict().inControllers().byUser("kubernetes-admin"));
      pod(cluster, "other");
    }
  }

  @KubernetesCluster(frozen = true, shared = true)
  static class FailingSharedCase {
    @AfterEach
    void fails(Cluster cluster) {
      assertThat(cluster.revision()).isZero();
    }

    @Test
    void makesAPod(Cluster cluster) {
      pod(cluster, "alone");
    }
  }

  @KubernetesCluster(frozen = true)
  static class SucceedingCase {
    @Test
    void makesAPod(Cluster cluster) {
      pod(cluster, "alone");
    }
  }
}
