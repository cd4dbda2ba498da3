package io.kubejar.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.kubejar.api.core.v1.ContainerStateWaiting;
import io.kubejar.api.core.v1.EnvVar;
import io.kubejar.api.core.v1.EnvVarSource;
import io.kubejar.api.core.v1.ExecAction;
import io.kubejar.api.core.v1.HTTPGetAction;
import io.kubejar.api.core.v1.HTTPHeader;
import io.kubejar.api.core.v1.HostPathVolumeSource;
import io.kubejar.api.core.v1.Lifecycle;
import io.kubejar.api.core.v1.LifecycleHandler;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.api.core.v1.Secret;
import io.kubejar.api.core.v1.SecretKeySelector;
import io.kubejar.api.core.v1.SleepAction;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.api.core.v1.VolumeMount;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.IntOrString;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.kubelet.probe.Waiting;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
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
    node.create(withVolume(TestNode.pod("hooked", container), shared));
    node.awaitPod("hooked", TestNode::ready);
    node.awaitText(shared.resolve("order"), "started");

    delete("hooked", 20);

    assertThat(shared.resolve("order")).hasContent("started\nstopping\nterm\n");
  }

  @Test
  void resizesAContainerThatRuns() throws Exception {
    var shared = Files.createDirectory(directory.resolve("shared"));
    var limit = "/sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max";
    var container =
        TestNode.container(
                "main",
                "sh",
                "-c",
                "while :; do cat " + limit + " > /shared/limit 2>/dev/null; sleep 0.05; done")
            .withResources(memory("64Mi"))
            .withVolumeMounts(
                List.of(VolumeMount.EMPTY.withName("shared").withMountPath("/shared")));
    node.create(withVolume(TestNode.pod("resized", container), shared));
    var before = node.awaitPod("resized", TestNode::ready);
    node.awaitText(shared.resolve("limit"), Integer.toString(64 << 20));

    var wanted = container.withResources(memory("96Mi"));
    node.api.update(Pod.RESOURCE, before.withSpec(before.spec().withContainers(List.of(wanted))));
    node.awaitText(shared.resolve("limit"), Integer.toString(96 << 20));
    var after =
        node.awaitPod(
            "resized",
            now -> memory("96Mi").equals(now.status().containerStatuses().getFirst().resources()));

    assertThat(after.status().containerStatuses().getFirst().restartCount()).isZero();
    assertThat(node.awaitEvent("resized", "ResizeCompleted", "").type()).isEqualTo("Normal");
  }

  private static ResourceRequirements memory(String amount) {
    var memory = Map.of("memory", Quantity.parse(amount));
    return ResourceRequirements.EMPTY.withRequests(memory).withLimits(memory);
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
    var event = node.awaitEvent("stuck", "FailedPreStopHook", "");
    assertThat(event.message()).isEqualTo("PreStopHook failed");
  }

  @Test
  void startsAContainerAgainWhoseFirstHookFailed() throws Exception {
    var shared = Files.createDirectory(directory.resolve("shared"));
    var container =
        TestNode.container("main", "sleep", "1000")
            .withLifecycle(
                Lifecycle.EMPTY.withPostStart(
                    hook("test -e /shared/again || { touch /shared/again; echo no >&2; exit 4; }")))
            .withVolumeMounts(
                List.of(VolumeMount.EMPTY.withName("shared").withMountPath("/shared")));
    node.create(withVolume(TestNode.pod("unhooked", container), shared));

    var failed =
        node.awaitPod("unhooked", now -> waiting(now).reason().equals("PostStartHookError"));
    assertThat(waiting(failed).message())
        .startsWith("Exec lifecycle hook ([sh -c test -e /shared/again ")
        .contains("\"main\" in Pod \"unhooked_default(" + failed.metadata().uid() + ")\" failed")
        .contains("exited with 4: no\n")
        .endsWith(", message: \"no\\n\"");
    var event = node.awaitEvent("unhooked", "FailedPostStartHook", "");
    assertThat(event.message()).isEqualTo("PostStartHook failed");
    node.awaitEvent("unhooked", "Killing", "FailedPostStartHook");

    var pod = node.awaitPod("unhooked", TestNode::ready);
    assertThat(pod.status().containerStatuses().getFirst().restartCount()).isEqualTo(1);
  }

  @Test
  void callsAContainersHooksByHttpWhateverTheyAnswer() throws Exception {
    var heard = new LinkedBlockingQueue<String>();
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          heard.add(
              exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("User-Agent")
                  + " "
                  + exchange.getRequestHeaders().getFirst("X-Why"));
          exchange.sendResponseHeaders(500, -1);
          exchange.close();
        });
    server.start();
    try {
      int port = server.getAddress().getPort();
      var container =
          TestNode.container("main", "sleep", "1000")
              .withLifecycle(
                  Lifecycle.EMPTY
                      .withPostStart(httpHook(port, "/begin"))
                      .withPreStop(httpHook(port, "/end")));
      node.create(TestNode.pod("called", container));
      node.awaitPod("called", TestNode::ready);
      assertThat(heard.take()).isEqualTo("/begin kube-lifecycle/1.36 test");

      delete("called", 5);

      assertThat(heard.take()).isEqualTo("/end kube-lifecycle/1.36 test");
      assertThat(node.events("called")).noneMatch(event -> event.reason().startsWith("Failed"));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void endsAContainerWhoseHookReachesNobody() throws Exception {
    var container =
        TestNode.container("main", "sleep", "1000")
            .withLifecycle(Lifecycle.EMPTY.withPostStart(httpHook(1, "/begin")));
    node.create(TestNode.pod("unheard", container));

    var pod = node.awaitPod("unheard", now -> waiting(now).reason().equals("PostStartHookError"));

    assertThat(waiting(pod).message())
        .startsWith("HTTP lifecycle hook (/begin) for Container \"main\" in Pod \"unheard_default(")
        .contains("failed - error: Get \"http://127.0.0.1:1/begin\": dial tcp 127.0.0.1:1: ");
  }

  @Test
  void sleepsBeforeTheEndWhenAsked() throws Exception {
    var sleep = LifecycleHandler.EMPTY.withSleep(new SleepAction(2L));
    node.create(
        TestNode.pod(
            "sleepy",
            TestNode.container(
                    "main", "sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.05; done")
                .withLifecycle(Lifecycle.EMPTY.withPreStop(sleep))));
    node.awaitPod("sleepy", TestNode::ready);

    var start = node.clock.instant();
    delete("sleepy", 30);

    assertThat(Duration.between(start, node.clock.instant())).isGreaterThan(Duration.ofSeconds(2));
    assertThat(node.events("sleepy")).noneMatch(event -> event.reason().startsWith("Failed"));
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

  private static Pod withVolume(Pod pod, Path shared) {
    var volume =
        Volume.EMPTY
            .withName("shared")
            .withHostPath(HostPathVolumeSource.EMPTY.withPath(shared.toString()));
    return pod.withSpec(pod.spec().withVolumes(List.of(volume)));
  }

  private static LifecycleHandler httpHook(int port, String path) {
    return LifecycleHandler.EMPTY.withHttpGet(
        HTTPGetAction.EMPTY
            .withHost("127.0.0.1")
            .withPort(IntOrString.of(port))
            .withPath(path)
            .withScheme("HTTP")
            .withHttpHeaders(List.of(new HTTPHeader("X-Why", "test"))));
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
