package io.kubejar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.core.v1.Event;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.ListOptions;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SnapshotFileTest {
  private static final ObjectKey WEB = new ObjectKey("default", "web");

  @TempDir Path directory;

  @Test
  void aClusterGoesOnFromAFile() throws Exception {
    var file = saved();
    var snapshot = ClusterSnapshot.load(file);

    try (var cluster = Cluster.builder().frozen().from(snapshot).start()) {
      var client = cluster.inProcessClient();
      assertThat(cluster.clock().instant()).isEqualTo(snapshot.time());
      assertThat(client.get(Deployment.RESOURCE, WEB).status().readyReplicas()).isEqualTo(2);

      cluster.clock().advance(Duration.ofHours(2)); // Events expire, nodes go on beating.

      assertThat(client.list(Pod.RESOURCE, ListOptions.ALL).items())
          .hasSize(2)
          .allMatch(pod -> pod.status().phase().equals("Running"));
      assertThat(
              client.list(Event.RESOURCE, ListOptions.ALL).items().stream()
                  .filter(event -> event.reason().equals("Scheduled")))
          .isEmpty();
    }
  }

  @Test
  void deadNodesStayDead() throws Exception {
    var file = directory.resolve("saved");
    try (var cluster = Cluster.builder().nodes(2).frozen().start()) {
      cluster.node("node-1").kill();
      cluster.snapshot().save(file);
    }
    try (var cluster = Cluster.builder().frozen().from(ClusterSnapshot.load(file)).start()) {
      cluster.clock().advance(Duration.ofMinutes(5));

      var client = cluster.inProcessClient();
      assertThat(ready(client.get(Node.RESOURCE, ObjectKey.clusterScoped("node-0"))))
          .isEqualTo("True");
      assertThat(ready(client.get(Node.RESOURCE, ObjectKey.clusterScoped("node-1"))))
          .isEqualTo("Unknown");
    }
  }

  private static String ready(Node node) {
    return node.status().conditions().stream()
        .filter(condition -> condition.type().equals("Ready"))
        .map(condition -> condition.status())
        .findFirst()
        .orElse("");
  }

  @Test
  void garbageIsRefusedInWords() throws Exception {
    var file = saved();
    var good = Files.readAllBytes(file);
    var name = file.toString();

    assertRefused(
        "nothing of ours".repeat(10).getBytes(StandardCharsets.UTF_8),
        name + " is no snapshot of a cluster");
    assertRefused(new byte[0], name + " is no snapshot of a cluster");
    assertRefused(
        changed(good, 11), name + " has format version 255; this program knows version 1");
    assertRefused(changed(good, 19), "has a damaged head");
    assertRefused(changed(good, 27), "has a damaged head"); // How long the names of nodes are.
    assertRefused(changed(good, 50), "has a damaged header");
    assertRefused(changed(good, good.length - 1), "is damaged at byte");
    assertRefused(Arrays.copyOf(good, good.length - 1), "damaged");
    assertRefused(Arrays.copyOf(good, good.length + 1), "has more in it than it says");
    assertThatThrownBy(() -> ClusterSnapshot.load(directory.resolve("missing")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("missing");
  }

  @Test
  void nothingUnfinishedStays() throws Exception {
    saved();
    saved();

    try (var files = Files.list(directory)) {
      assertThat(files).extracting(file -> file.getFileName().toString()).containsExactly("saved");
    }
  }

  private Path saved() {
    var file = directory.resolve("saved");
    try (var cluster = Cluster.builder().frozen().manifests(deployment()).start()) {
      cluster.snapshot().save(file);
    }
    return file;
  }

  private void assertRefused(byte[] content, String why) throws Exception {
    var file = Files.write(directory.resolve("saved"), content);
    assertThatThrownBy(() -> ClusterSnapshot.load(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  private static byte[] changed(byte[] bytes, int at) {
    var copy = bytes.clone();
    copy[at] = (byte) ~0;
    return Arrays.equals(copy, bytes) ? changed(bytes, at - 1) : copy;
  }

  private static String deployment() {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: 2
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec: {containers: [{name: main, image: web}]}
    """;
  }
}
