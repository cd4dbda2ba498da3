package io.kubejar.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.ContainerStateWaiting;
import io.kubejar.api.core.v1.EnvVar;
import io.kubejar.api.core.v1.EnvVarSource;
import io.kubejar.api.core.v1.ExecAction;
import io.kubejar.api.core.v1.HostPathVolumeSource;
import io.kubejar.api.core.v1.Lifecycle;
import io.kubejar.api.core.v1.LifecycleHandler;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Secret;
import io.kubejar.api.core.v1.SecretKeySelector;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.api.core.v1.VolumeMount;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.kubelet.probe.Waiting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What happens around the start and the end of a container, on a real containerd.
class ContainerStartTest {
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
  void runsAHookAfterTheStartAndOneBeforeTheEnd() throws Exception {
    var shared = Files.createDirectory(directory.resolve("shared"));
    var container =
        TestNode.container(
                "main",
                "sh",
                "-c",
                "trap 'echo term >> /shared/order; exit 0' TERM; while :; do sleep 0.05; done")
            .withLifecycle(
                Lifecycle.EMPTY
                    .withPostStart(hook("echo started >> /shared/order"))
                    .withPreStop(hook("sleep 0.3; echo stopping >> /shared/order")))
            .withVolumeMounts(
                List.of(VolumeMount.EMPTY.withName("shared").withMountPath("/shared")));
    var volume =
        Volume.EMPTY
            .withName("shared")
            .withHostPath(HostPathVolumeSource.EMPTY.withPath(shared.toString()));
    var pod = TestNode.pod("hooked", container);
    node.create(pod.withSpec(pod.spec().withVolumes(List.of(volume))));
    node.awaitPod("hooked", TestNode::ready);
    node.awaitText(shared.resolve("order"), "started");

    delete("hooked", 20);

    assertThat(shared.resolve("order")).hasContent("started\nstopping\nterm\n");
  }

  @Test
  void givesAHookNoMoreThanTheGrace() throws Exception {
    var container =
        TestNode.container("main", "sleep", "1000")
            .withLifecycle(Lifecycle.EMPTY.withPreStop(hook("sleep 1000")));
    node.create(TestNode.pod("stuck", container));
    node.awaitPod("stuck", TestNode::ready);

    var start = node.clock.instant();
    delete("stuck", 1);

    assertThat(Duration.between(start, node.clock.instant()))
        .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(10));
    node.awaitEvent("stuck", "FailedPreStopHook", "PreStopHook failed");
  }

  @Test
  void endsAContainerWhoseFirstHookFails() throws Exception {
    var container =
        TestNode.container("main", "sleep", "1000")
            .withLifecycle(Lifecycle.EMPTY.withPostStart(hook("exit 4")));
    node.create(TestNode.pod("unhooked", container));

    node.awaitEvent("unhooked", "FailedPostStartHook", "PostStartHook failed");
    node.awaitPod("unhooked", now -> !waiting(now).reason().isEmpty());
  }

  @Test
  void saysThatAnImageIsNotPulledAndThatItWaits() throws Exception {
    String image = "127.0.0.1:1/nothing:1"; // Nothing listens there.
    node.create(TestNode.pod("pulled", TestNode.container("main", "sh").withImage(image)));

    node.awaitPod("pulled", now -> waiting(now).reason().equals("ErrImagePull"));
    var pod = node.awaitPod("pulled", now -> waiting(now).reason().equals("ImagePullBackOff"));

    assertThat(waiting(pod).message())
        .startsWith("Back-off pulling image \"" + image + "\": ErrImagePull: ");
    assertThat(pod.status().phase()).isEqualTo("Pending");
    node.awaitEvent("pulled", "Pulling", "Pulling image \"" + image + "\"");
    var failed = node.awaitEvent("pulled", "Failed", "Failed to pull image \"" + image + "\": ");
    assertThat(failed.type()).isEqualTo("Warning");
    node.awaitEvent("pulled", "Failed", "Error: ErrImagePull");
    var waits = node.awaitEvent("pulled", "BackOff", "Back-off pulling image \"" + image + "\"");
    assertThat(waits.type()).isEqualTo("Normal");
    node.awaitEvent("pulled", "Failed", "Error: ImagePullBackOff");
  }

  @Test
  void triesAMissingKeyAgainSeldomAndAtOnceWhenItsSecretChanges() throws Exception {
    var secret =
        Secret.EMPTY.withMetadata(ObjectMeta.builder().namespace("default").name("keys").build());
    node.api.create(Secret.RESOURCE, secret);
    var variable =
        EnvVar.EMPTY
            .withName("PASSWORD")
            .withValueFrom(
                EnvVarSource.EMPTY.withSecretKeyRef(
                    SecretKeySelector.EMPTY.withName("keys").withKey("password")));
    node.create(
        TestNode.pod(
            "keyless", TestNode.container("main", "sleep", "1000").withEnv(List.of(variable))));
    var pod =
        node.awaitPod("keyless", now -> waiting(now).reason().equals("CreateContainerConfigError"));
    String message = "couldn't find key password in Secret default/keys";
    assertThat(waiting(pod).message()).isEqualTo(message);

    Waiting.on(node.clock, Duration.ofSeconds(4));
    node.awaitEvent("keyless", "Failed", "Error: " + message);
    long tries =
        node.events("keyless").stream()
            .filter(event -> event.reason().equals("Failed"))
            .mapToLong(event -> Math.max(1, event.count()))
            .sum();
    assertThat(tries).isBetween(1L, 2L); // The second because its Secret was read by then.

    var now = node.clock.instant();
    node.api.update(
        Secret.RESOURCE,
        node.api
            .get(Secret.RESOURCE, TestNode.key("keys"))
            .withData(Map.of("password", Bytes.utf8("s3cret"))));
    node.awaitPod("keyless", TestNode::ready);
    assertThat(Duration.between(now, node.clock.instant())).isLessThan(Duration.ofSeconds(4));
  }

  private static LifecycleHandler hook(String script) {
    return LifecycleHandler.EMPTY.withExec(new ExecAction(List.of("sh", "-c", script)));
  }

  private void delete(String name, long grace) throws InterruptedException {
    node.api.delete(
        Pod.RESOURCE, TestNode.key(name), DeleteOptions.EMPTY.withGracePeriodSeconds(grace));
    node.awaitGone(name);
  }

  private static ContainerStateWaiting waiting(Pod pod) {
    return pod.status().containerStatuses().stream()
        .map(one -> one.state().waiting())
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(ContainerStateWaiting.EMPTY);
  }
}
