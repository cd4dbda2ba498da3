package io.kubejar.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.ContainerStatus;
import io.kubejar.api.core.v1.EphemeralContainer;
import io.kubejar.api.core.v1.Pod;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Containers put into a running pod, on a real containerd.
class EphemeralContainerTest {
  @TempDir Path directory;
  private TestNode node = new TestNode(Path.of("/"));

  @BeforeEach
  void startNode() throws Exception {
    TestNode.assumePossible();
    node = new TestNode(directory);
    node.start();
  }

  @AfterEach
  void leaveNothing() throws Exception {
    if (Files.exists(directory.resolve("c"))) {
      node.close();
    }
  }

  @Test
  void joinsTheProcessesOfItsTargetAndRunsOnce() throws Exception {
    node.create(TestNode.pod("looked-at", TestNode.container("main", "sleep", "12345")));
    var before = node.awaitPod("looked-at", TestNode::ready);

    add(
        "looked-at",
        ephemeral("debugger", "for p in /proc/[0-9]*; do cat $p/cmdline; echo; done; exit 3")
            .withTargetContainerName("main"));
    var pod = node.awaitPod("looked-at", ephemeralStatus(one -> one.state().terminated() != null));

    var status = pod.status().ephemeralContainerStatuses().getFirst();
    assertThat(status.name()).isEqualTo("debugger");
    assertThat(Objects.requireNonNull(status.state().terminated()).exitCode()).isEqualTo(3);
    assertThat(status.restartCount()).isZero();
    var log =
        node.options
            .podLogDirectory("default", "looked-at", pod.metadata().uid())
            .resolve("debugger/0.log");
    assertThat(Files.readString(log)).contains("sleep\00012345");
    assertThat(TestNode.ready(pod)).isTrue();
    assertThat(pod.status().containerStatuses()).isEqualTo(before.status().containerStatuses());
    node.awaitEvent("looked-at", "Started", "Container started");
    assertThat(node.events("looked-at"))
        .anyMatch(
            event ->
                event.involvedObject().fieldPath().equals("spec.ephemeralContainers{debugger}"));
  }

  @Test
  void endsWithItsPod() throws Exception {
    node.create(TestNode.pod("watched", TestNode.container("main", "sleep", "1000")));
    node.awaitPod("watched", TestNode::ready);
    add("watched", ephemeral("debugger", "exec sleep 1000"));
    node.awaitPod("watched", ephemeralStatus(one -> one.state().running() != null));

    node.api.delete(
        Pod.RESOURCE,
        TestNode.key("watched"),
        io.kubejar.apimachinery.meta.v1.DeleteOptions.EMPTY.withGracePeriodSeconds(1L));

    node.awaitGone("watched");
  }

  private void add(String name, EphemeralContainer container) throws InterruptedException {
    var pod = node.api.get(Pod.RESOURCE, TestNode.key(name));
    node.api.update(
        Pod.RESOURCE, pod.withSpec(pod.spec().withEphemeralContainers(List.of(container))));
  }

  private static EphemeralContainer ephemeral(String name, String script) {
    return EphemeralContainer.EMPTY
        .withName(name)
        .withImage(TestNode.IMAGE)
        .withImagePullPolicy("IfNotPresent")
        .withCommand(List.of("sh", "-c", script))
        .withTerminationMessagePath("/dev/termination-log")
        .withTerminationMessagePolicy("File");
  }

  private static Predicate<Pod> ephemeralStatus(Predicate<ContainerStatus> wanted) {
    return pod -> pod.status().ephemeralContainerStatuses().stream().anyMatch(wanted);
  }
}
