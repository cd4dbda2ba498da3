package io.kubejar.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.ConfigMapVolumeSource;
import io.kubejar.api.core.v1.ContainerPort;
import io.kubejar.api.core.v1.ContainerStateWaiting;
import io.kubejar.api.core.v1.EmptyDirVolumeSource;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodCondition;
import io.kubejar.api.core.v1.PodReadinessGate;
import io.kubejar.api.core.v1.ProjectedVolumeSource;
import io.kubejar.api.core.v1.ServiceAccountTokenProjection;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.api.core.v1.VolumeMount;
import io.kubejar.api.core.v1.VolumeProjection;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What pods ask of their node beside containers: ports of the machine, parts of volumes, and the
/// word of others on whether they are ready.
class PodNetworkAndVolumesTest {
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
  void aHostPortLeadsToThePod() throws Exception {
    var container =
        TestNode.container(
                "main",
                "sh",
                "-c",
                "echo from the pod > /tmp/index.html; exec httpd -f -p 8080 -h /tmp")
            .withPorts(List.of(ContainerPort.EMPTY.withContainerPort(8080).withHostPort(28_080)))
            .withReadinessProbe(
                io.kubejar.api.core.v1.Probe.EMPTY
                    .withTcpSocket(
                        io.kubejar.api.core.v1.TCPSocketAction.EMPTY.withPort(
                            io.kubejar.apimachinery.IntOrString.of(8080)))
                    .withPeriodSeconds(1)
                    .withTimeoutSeconds(1));
    node.create(TestNode.pod("ported", container));
    node.awaitPod("ported", TestNode::ready);

    try (var socket = new Socket("10.251.7.1", 28_080)) {
      socket
          .getOutputStream()
          .write("GET /index.html HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .endsWith("from the pod\n");
    }
  }

  @Test
  void aMountMayShowAPartOfAVolumeOnly() throws Exception {
    node.api.create(
        ConfigMap.RESOURCE,
        ConfigMap.EMPTY
            .withMetadata(ObjectMeta.builder().namespace("default").name("settings").build())
            .withData(Map.of("one", "first", "two", "second")));
    var container =
        TestNode.container(
                "main",
                "sh",
                "-c",
                "cat /etc/one.conf; echo; ls /work; touch /work/mine; exec sleep 1000")
            .withVolumeMounts(
                List.of(
                    VolumeMount.EMPTY
                        .withName("settings")
                        .withMountPath("/etc/one.conf")
                        .withSubPath("one"),
                    VolumeMount.EMPTY
                        .withName("scratch")
                        .withMountPath("/work")
                        .withSubPath("deep/down")));
    var pod = TestNode.pod("partial", container);
    node.create(
        pod.withSpec(
            pod.spec()
                .withVolumes(
                    List.of(
                        Volume.EMPTY
                            .withName("settings")
                            .withConfigMap(ConfigMapVolumeSource.EMPTY.withName("settings")),
                        Volume.EMPTY
                            .withName("scratch")
                            .withEmptyDir(EmptyDirVolumeSource.EMPTY)))));

    var running = node.awaitPod("partial", TestNode::ready);

    var pods = node.options.podDirectory(running.metadata().uid());
    node.awaitText(
        node.options
            .podLogDirectory("default", "partial", running.metadata().uid())
            .resolve("main/0.log"),
        "stdout F first");
    node.awaitFile(pods.resolve("volumes/kubernetes.io~empty-dir/scratch/deep/down/mine"));
  }

  @Test
  void aPartOfAVolumeNeverLeadsOutOfIt() throws Exception {
    var first =
        TestNode.container("first", "sh", "-c", "ln -s /etc /shared/out")
            .withVolumeMounts(
                List.of(VolumeMount.EMPTY.withName("scratch").withMountPath("/shared")));
    var main =
        TestNode.container("main", "sleep", "1000")
            .withVolumeMounts(
                List.of(
                    VolumeMount.EMPTY
                        .withName("scratch")
                        .withMountPath("/stolen")
                        .withSubPath("out")));
    var pod = TestNode.pod("thief", main);
    node.create(
        pod.withSpec(
            pod.spec()
                .withInitContainers(List.of(first))
                .withVolumes(
                    List.of(
                        Volume.EMPTY
                            .withName("scratch")
                            .withEmptyDir(EmptyDirVolumeSource.EMPTY)))));

    var refused =
        node.awaitPod("thief", now -> waiting(now).reason().equals("CreateContainerConfigError"));

    assertThat(waiting(refused).message())
        .isEqualTo("failed to prepare subPath for volumeMount of container \"main\"");
  }

  @Test
  void aReadinessGateWaitsForTheWordOfOthers() throws Exception {
    var pod = TestNode.pod("gated", TestNode.container("main", "sleep", "1000"));
    node.create(
        pod.withSpec(
            pod.spec().withReadinessGates(List.of(new PodReadinessGate("example.com/fed")))));
    var gated =
        node.awaitPod("gated", now -> condition(now, "ContainersReady").status().equals("True"));
    assertThat(condition(gated, "Ready").status()).isEqualTo("False");
    assertThat(condition(gated, "Ready").reason()).isEqualTo("ReadinessGatesNotReady");
    assertThat(condition(gated, "Ready").message())
        .isEqualTo(
            "corresponding condition of pod readiness gate \"example.com/fed\" does not exist.");

    say(gated, "False");
    var denied =
        node.awaitPod(
            "gated", now -> condition(now, "Ready").message().startsWith("the status of"));
    assertThat(condition(denied, "Ready").message())
        .isEqualTo(
            "the status of pod readiness gate \"example.com/fed\" is not \"True\", but False");

    say(denied, "True");
    node.awaitPod("gated", TestNode::ready);
  }

  @Test
  void aTokenIsReplacedBeforeItEnds() throws Exception {
    var container =
        TestNode.container(
                "main",
                "sh",
                "-c",
                "while :; do now=$(cat /t/token); test \"$now\" = \"$last\" || echo \"$now\";"
                    + " last=$now; sleep 0.05; done")
            .withVolumeMounts(List.of(VolumeMount.EMPTY.withName("token").withMountPath("/t")));
    var token = ServiceAccountTokenProjection.EMPTY.withPath("token").withExpirationSeconds(3600L);
    var volume =
        Volume.EMPTY
            .withName("token")
            .withProjected(
                ProjectedVolumeSource.EMPTY.withSources(
                    List.of(VolumeProjection.EMPTY.withServiceAccountToken(token))));
    var pod = TestNode.pod("trusted", container);
    node.create(pod.withSpec(pod.spec().withVolumes(List.of(volume))));
    var log =
        node.options
            .podLogDirectory(
                "default", "trusted", node.awaitPod("trusted", TestNode::ready).metadata().uid())
            .resolve("main/0.log");
    node.awaitText(log, "stdout F token-1");

    node.clock.advance(Duration.ofMinutes(40)); // Four fifths of the hour are not over yet.
    node.create(TestNode.pod("later", TestNode.container("main", "sleep", "1000")));
    node.awaitPod("later", TestNode::ready);
    assertThat(Files.readString(log)).doesNotContain("token-2");

    node.clock.advance(Duration.ofMinutes(10));
    node.awaitText(log, "stdout F token-2");

    node.clock.advance(Duration.ofMinutes(50));
    node.awaitText(log, "stdout F token-3");
  }

  private void say(Pod pod, String status) throws InterruptedException {
    var current = node.api.get(Pod.RESOURCE, TestNode.key(pod.metadata().name()));
    var conditions = new ArrayList<>(current.status().conditions());
    conditions.removeIf(one -> one.type().equals("example.com/fed"));
    conditions.add(PodCondition.EMPTY.withType("example.com/fed").withStatus(status));
    node.api.updateStatus(
        Pod.RESOURCE, current.withStatus(current.status().withConditions(conditions)));
  }

  private static PodCondition condition(Pod pod, String type) {
    return pod.status().conditions().stream()
        .filter(one -> one.type().equals(type))
        .findFirst()
        .orElse(PodCondition.EMPTY);
  }

  private static ContainerStateWaiting waiting(Pod pod) {
    return pod.status().containerStatuses().stream()
        .map(one -> one.state().waiting())
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(ContainerStateWaiting.EMPTY);
  }
}
