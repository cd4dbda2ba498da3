package io.kubejar.cri.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubejar.cri.ContainerdClient;
import io.kubejar.cri.ContainerdEvent;
import io.kubejar.cri.CriClient;
import io.kubejar.cri.ImageBuilder;
import io.kubejar.cri.PauseImage;
import io.kubejar.cri.TestCgroup;
import io.kubejar.cri.runtime.v1.ContainerConfig;
import io.kubejar.cri.runtime.v1.ContainerMetadata;
import io.kubejar.cri.runtime.v1.ContainerState;
import io.kubejar.cri.runtime.v1.ContainerStatus;
import io.kubejar.cri.runtime.v1.ImageSpec;
import io.kubejar.cri.runtime.v1.LinuxPodSandboxConfig;
import io.kubejar.cri.runtime.v1.LinuxSandboxSecurityContext;
import io.kubejar.cri.runtime.v1.NamespaceMode;
import io.kubejar.cri.runtime.v1.NamespaceOption;
import io.kubejar.cri.runtime.v1.PodSandboxConfig;
import io.kubejar.cri.runtime.v1.PodSandboxMetadata;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real containerd, in a directory of its own.
class ManagedContainerdTest {
  private static final String BUSYBOX = "docker.io/library/busybox:test";

  @TempDir Path directory;
  private ContainerdOptions options = ContainerdOptions.under(Path.of("/"), Path.of("/"));

  @BeforeEach
  void needsRootAndContainerd() {
    assumeTrue("root".equals(System.getProperty("user.name")), "containerd needs root");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/containerd")), "containerd is not installed");
    assumeTrue(Files.isExecutable(Path.of("/bin/busybox")), "busybox-static is not installed");
    options = ContainerdOptions.under(directory.resolve("c"), directory.resolve("r"));
  }

  @AfterEach
  void leaveNothing() throws Exception {
    if (Files.exists(directory.resolve("r"))) {
      var containerd = ManagedContainerd.find(options, InstantSource.system());
      if (containerd.isPresent()) {
        containerd.get().purge();
      } else {
        ManagedContainerd.purge(options);
      }
      TestCgroup.remove();
    }
  }

  @Test
  void runsAContainerOfAnImportedImageAndTellsOfItsEnd() throws Exception {
    var containerd = ManagedContainerd.start(options, InstantSource.system());
    var archive = directory.resolve("busybox.tar");
    new ImageBuilder()
        .file("bin/busybox", Files.readAllBytes(Path.of("/bin/busybox")), 0755)
        .link("bin/sh", "busybox")
        .command("/bin/sh")
        .write(archive, BUSYBOX);
    try (var cri = CriClient.connect(containerd.socket());
        var services = ContainerdClient.connect(containerd.socket(), InstantSource.system())) {
      assertThat(services.version()).startsWith("1.");
      assertThat(services.importImages(archive)).containsExactly(BUSYBOX);
      assertThat(services.images())
          .extracting(ContainerdClient.ImageName::name)
          .contains(BUSYBOX, PauseImage.NAME);

      var events = new LinkedBlockingQueue<ContainerdEvent>();
      var subscribed = new CountDownLatch(1);
      var reader = Thread.ofVirtual().start(() -> listen(services, subscribed, events));
      subscribed.await();
      String sandbox = cri.runPodSandbox(sandbox(), "");
      var config =
          ContainerConfig.newBuilder()
              .setMetadata(ContainerMetadata.newBuilder().setName("main"))
              .setImage(ImageSpec.newBuilder().setImage(BUSYBOX))
              .addAllCommand(List.of("/bin/sh", "-c", "echo hello; exit 7"))
              .setLogPath("main.log")
              .build();
      String container = cri.createContainer(sandbox, config, sandbox());
      cri.startContainer(container);

      var exit = await(events, container);
      assertThat(exit.exitStatus()).isEqualTo(7);
      reader.interrupt();
      var status = awaitEnd(cri, container);
      assertThat(status.getExitCode()).isEqualTo(7);
      assertThat(status.getImageRef()).startsWith("docker.io/library/busybox@sha256:");
      assertThat(Files.readString(directory.resolve("logs/main.log"))).contains(" stdout F hello");
    }
  }

  @Test
  void adoptsTheOneThatRuns() throws Exception {
    var first = ManagedContainerd.start(options, InstantSource.system());
    var second = ManagedContainerd.start(options, InstantSource.system());

    assertThat(second.adopted()).isTrue();
    assertThat(second.pid()).isEqualTo(first.pid());
    second.purge();
    assertThat(ProcessHandle.of(first.pid()).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(options.root()).doesNotExist();
  }

  @Test
  void comesBackWhenItIsKilled() throws Exception {
    var containerd = ManagedContainerd.start(options, InstantSource.system());
    var guard = containerd.keepRunning();
    try {
      long first = containerd.pid();
      ProcessHandle.of(first).orElseThrow().destroyForcibly();

      var end = InstantSource.system().instant().plusSeconds(30);
      while (containerd.pid() == first || !answers()) {
        assertThat(InstantSource.system().instant()).as("containerd is back").isBefore(end);
        Thread.onSpinWait();
      }
    } finally {
      guard.stop();
    }
  }

  private boolean answers() throws InterruptedException {
    try (var services = ContainerdClient.connect(options.socket(), InstantSource.system())) {
      return services.version().startsWith("1.");
    } catch (io.kubejar.cri.CriException e) {
      return false;
    }
  }

  private static ContainerdEvent.TaskExited await(
      LinkedBlockingQueue<ContainerdEvent> events, String container) throws InterruptedException {
    while (true) {
      var event = events.poll(20, TimeUnit.SECONDS);
      assertThat(event).as("an event of the container's end").isNotNull();
      if (event instanceof ContainerdEvent.TaskExited exit
          && exit.containerId().equals(container)) {
        return exit;
      }
    }
  }

  private static void listen(
      ContainerdClient services,
      CountDownLatch subscribed,
      LinkedBlockingQueue<ContainerdEvent> events) {
    try {
      services.subscribe(subscribed::countDown, events::add);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// CRI learns of the end a moment after the event. To stop the container instead of looking would
  /// sometimes meet its shim's connection just as it closes.
  private static ContainerStatus awaitEnd(CriClient cri, String container)
      throws InterruptedException {
    var end = InstantSource.system().instant().plusSeconds(20);
    while (true) {
      var status = cri.containerStatus(container, false).getStatus();
      if (status.getState() == ContainerState.CONTAINER_EXITED) {
        return status;
      }
      assertThat(InstantSource.system().instant()).as("CRI shows the end").isBefore(end);
      Thread.onSpinWait();
    }
  }

  private PodSandboxConfig sandbox() {
    var namespaces = NamespaceOption.newBuilder().setNetwork(NamespaceMode.NODE);
    return PodSandboxConfig.newBuilder()
        .setMetadata(
            PodSandboxMetadata.newBuilder().setName("pod").setNamespace("default").setUid("u1"))
        .setLogDirectory(directory.resolve("logs").toString())
        .setLinux(
            LinuxPodSandboxConfig.newBuilder()
                .setCgroupParent(TestCgroup.PATH)
                .setSecurityContext(
                    LinuxSandboxSecurityContext.newBuilder().setNamespaceOptions(namespaces)))
        .build();
  }
}
