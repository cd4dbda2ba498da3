package io.kubejar.kubelet;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Event;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.client.Client;
import io.kubejar.client.ListOptions;
import io.kubejar.client.ThreadedRuntime;
import io.kubejar.client.WatchEvent;
import io.kubejar.client.WatchOptions;
import io.kubejar.client.testing.InMemoryApi;
import io.kubejar.cri.ContainerdClient;
import io.kubejar.cri.CriClient;
import io.kubejar.cri.ImageBuilder;
import io.kubejar.cri.linux.ContainerdOptions;
import io.kubejar.cri.linux.ManagedContainerd;
import io.kubejar.cri.runtime.v1.PodSandboxFilter;
import io.kubejar.kubelet.linux.LinuxHost;
import io.kubejar.kubelet.probe.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A node for tests: a containerd and a kubelet of its own, and an API server in memory.
final class TestNode {
  static final String IMAGE = "docker.io/library/busybox:test";
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final String BRIDGE = "kubejartest0";
  private static final String CGROUP = "/kubejar-kubelet-test";

  final MovableClock clock = new MovableClock();
  final InMemoryApi api = new InMemoryApi(InstantSource.system());
  final KubeletOptions options;
  private final ContainerdOptions containerd;
  private final Client client;
  private @Nullable ThreadedRuntime runtime;
  private @Nullable Kubelet kubelet;

  TestNode(Path directory) {
    client = new WithTokens(api, clock);
    containerd = ContainerdOptions.under(directory.resolve("c"), directory.resolve("r"));
    options =
        KubeletOptions.defaults("node-1", List.of("127.0.0.1"))
            .withRuntimeSocket(containerd.socket())
            .withPlaces(
                new KubeletOptions.Places(
                    directory.resolve("k"),
                    directory.resolve("logs"),
                    containerd.cniConfig(),
                    directory.resolve("cni")))
            .withNetwork(
                new KubeletOptions.Network(
                    List.of("10.96.0.10"),
                    "cluster.local",
                    Path.of("/etc/resolv.conf"),
                    BRIDGE,
                    "10.251.7.0/24"))
            .withCgroupRoot(CGROUP);
  }

  static void assumePossible() {
    assumeTrue("root".equals(System.getProperty("user.name")), "a node needs root");
    for (String program : List.of("/usr/bin/containerd", "/bin/busybox", "/usr/lib/cni/bridge")) {
      assumeTrue(Files.isExecutable(Path.of(program)), program + " is not installed");
    }
  }

  TestNode start() throws IOException, InterruptedException {
    return start(options);
  }

  TestNode start(KubeletOptions with) throws IOException, InterruptedException {
    ManagedContainerd.start(containerd, InstantSource.system());
    var archive = Files.createTempFile("busybox-", ".tar");
    var image =
        new ImageBuilder().file("bin/busybox", Files.readAllBytes(Path.of("/bin/busybox")), 0755);
    for (String name :
        List.of(
            "sh",
            "sleep",
            "cat",
            "echo",
            "ls",
            "id",
            "nslookup",
            "wget",
            "httpd",
            "touch",
            "rm",
            "hostname",
            "env",
            "test",
            "ln",
            "stat")) {
      image.link("bin/" + name, "busybox");
    }
    image.directory("tmp", 01777).command("/bin/sh").write(archive, IMAGE);
    try (var client = ContainerdClient.connect(containerd.socket(), InstantSource.system())) {
      client.importImages(archive);
    } finally {
      Files.delete(archive);
    }
    startKubelet(with);
    await(Node.RESOURCE, ObjectKey.clusterScoped("node-1"), TestNode::isReady);
    return this;
  }

  private static boolean isReady(@Nullable Node node) {
    return node != null
        && node.status().conditions().stream()
            .anyMatch(one -> one.type().equals("Ready") && one.status().equals("True"));
  }

  void startKubelet(KubeletOptions with) throws IOException, InterruptedException {
    runtime = new ThreadedRuntime(client, clock, new Random(), fault -> {});
    runtime.start();
    var cluster =
        new Kubelet.Cluster(
            client, runtime.informers(), clock, runtime.events("kubelet", options.nodeName()));
    kubelet = Kubelet.start(with, cluster);
  }

  void stopKubelet() throws InterruptedException {
    if (kubelet != null) {
      kubelet.close();
    }
    if (runtime != null) {
      runtime.close();
    }
  }

  int port() {
    return kubelet == null ? 0 : kubelet.port();
  }

  Client client() {
    return api;
  }

  static Pod pod(String name, Container... containers) {
    return new Pod(
        ObjectMeta.builder().namespace("default").name(name).labels(Map.of("app", name)).build(),
        PodSpec.builder()
            .containers(List.of(containers))
            .restartPolicy("Always")
            .dnsPolicy("ClusterFirst")
            .nodeName("node-1")
            .terminationGracePeriodSeconds(1L)
            .build(),
        io.kubejar.api.core.v1.PodStatus.EMPTY);
  }

  static Container container(String name, String... command) {
    return Container.builder()
        .name(name)
        .image(IMAGE)
        .imagePullPolicy("IfNotPresent")
        .command(List.of(command))
        .terminationMessagePath("/dev/termination-log")
        .terminationMessagePolicy("File")
        .build();
  }

  static ObjectKey key(String name) {
    return new ObjectKey("default", name);
  }

  Pod create(Pod pod) throws InterruptedException {
    return api.create(Pod.RESOURCE, pod);
  }

  Pod awaitPod(String name, Predicate<Pod> condition) throws InterruptedException {
    return Objects.requireNonNull(
        await(Pod.RESOURCE, key(name), pod -> pod != null && condition.test(pod)));
  }

  void awaitGone(String name) throws InterruptedException {
    var _ = await(Pod.RESOURCE, key(name), pod -> pod == null);
  }

  static boolean ready(Pod pod) {
    return pod.status().conditions().stream()
        .anyMatch(one -> one.type().equals("Ready") && one.status().equals("True"));
  }

  /// Waits until a file has a text in it.
  void awaitText(Path file, String text) throws IOException, InterruptedException {
    waitUntil(
        () -> Files.exists(file) && Files.readString(file).contains(text),
        file + " has no " + text);
  }

  /// Waits until a file is there.
  void awaitFile(Path file) throws IOException, InterruptedException {
    waitUntil(() -> Files.exists(file), file + " is not there");
  }

  void awaitGone(Path file) throws IOException, InterruptedException {
    waitUntil(() -> !Files.exists(file), file + " is still there");
  }

  /// The cgroups of a pod, in all hierarchies.
  List<Path> cgroups(Pod pod) throws IOException {
    var name = "pod" + pod.metadata().uid();
    var found = new ArrayList<Path>();
    try (var hierarchies = Files.list(Path.of("/sys/fs/cgroup"))) {
      for (var hierarchy : hierarchies.toList()) {
        for (var parent : List.of("", "/burstable", "/besteffort")) {
          var place = Path.of(hierarchy + CGROUP + "/kubepods" + parent, name);
          if (Files.isDirectory(place)) {
            found.add(place);
          }
        }
      }
    }
    return found;
  }

  void awaitNoCgroup(Pod pod) throws IOException, InterruptedException {
    waitUntil(() -> cgroups(pod).isEmpty(), "there is still a cgroup of " + pod.metadata().uid());
  }

  /// Waits until the runtime has nothing of a pod.
  void awaitNoSandbox(String uid) throws IOException, InterruptedException {
    try (var cri = CriClient.connect(containerd.socket())) {
      var filter =
          PodSandboxFilter.newBuilder().putLabelSelector("io.kubernetes.pod.uid", uid).build();
      waitUntil(() -> cri.listPodSandbox(filter).isEmpty(), "there is still a sandbox of " + uid);
    }
  }

  private interface Check {
    boolean holds() throws IOException, InterruptedException;
  }

  private void waitUntil(Check check, String failure) throws IOException, InterruptedException {
    var end = clock.instant().plus(PATIENCE);
    while (!check.holds()) {
      if (clock.instant().isAfter(end)) {
        throw new AssertionError(failure);
      }
      Waiting.on(clock, Duration.ofMillis(20));
    }
  }

  /// Waits until an event tells of a pod what it should.
  Event awaitEvent(String name, String reason, String message)
      throws IOException, InterruptedException {
    var found = new AtomicReference<@Nullable Event>();
    waitUntil(
        () -> {
          events(name).stream()
              .filter(one -> one.reason().equals(reason) && one.message().contains(message))
              .findFirst()
              .ifPresent(found::set);
          return found.get() != null;
        },
        "no event " + reason + " of " + name + " with " + message);
    return Objects.requireNonNull(found.get());
  }

  List<Event> events(String name) throws InterruptedException {
    return api.list(Event.RESOURCE, ListOptions.ALL).items().stream()
        .filter(event -> event.involvedObject().name().equals(name))
        .toList();
  }

  /// Watches the object until it is as wanted; the last state is in the failure.
  private <T extends io.kubejar.apimachinery.KubernetesObject> @Nullable T await(
      io.kubejar.apimachinery.ResourceType<T> type, ObjectKey key, Predicate<@Nullable T> wanted)
      throws InterruptedException {
    var list = api.list(type, ListOptions.ALL);
    var last = new AtomicReference<@Nullable T>(api.find(type, key).orElse(null));
    if (wanted.test(last.get())) {
      return last.get();
    }
    try (var watch = api.watch(type, WatchOptions.after(ListOptions.ALL, list.resourceVersion()))) {
      var reader = Thread.currentThread();
      var timer = clock.schedule(PATIENCE, reader::interrupt);
      try {
        while (true) {
          switch (watch.take()) {
            case WatchEvent.Added<T>(var now) -> keep(last, key, now);
            case WatchEvent.Modified<T>(var now) -> keep(last, key, now);
            case WatchEvent.Deleted<T>(var gone) -> {
              if (ObjectKey.of(gone).equals(key)) {
                last.set(null);
              }
            }
            default -> {}
          }
          if (wanted.test(last.get())) {
            return last.get();
          }
        }
      } catch (InterruptedException e) {
        throw new AssertionError(key + " did not become as wanted; it is " + last.get(), e);
      } finally {
        timer.cancel();
      }
    }
  }

  private static <T extends io.kubejar.apimachinery.KubernetesObject> void keep(
      AtomicReference<@Nullable T> last, ObjectKey key, T now) {
    if (ObjectKey.of(now).equals(key)) {
      last.set(now);
    }
  }

  /// Ends containerd without a chance to clean up.
  void killContainerd() throws IOException, InterruptedException {
    var running = ManagedContainerd.find(containerd, InstantSource.system()).orElseThrow();
    var process = ProcessHandle.of(running.pid()).orElseThrow();
    process.destroyForcibly();
    process.onExit().join();
  }

  /// The kept network namespaces of this node's sandboxes.
  List<Path> networks() throws IOException {
    String socket = containerd.socket().toString();
    var shims =
        ProcessHandle.allProcesses()
            .filter(one -> one.info().commandLine().orElse("").contains(socket))
            .toList();
    var found = new ArrayList<Path>();
    try (var all = Files.list(Path.of("/run/netns"))) {
      for (var place : all.toList()) {
        for (var process : shims.stream().flatMap(ProcessHandle::descendants).toList()) {
          var own = Path.of("/proc", Long.toString(process.pid()), "ns", "net");
          if (Files.exists(own) && Files.isSameFile(own, place)) {
            found.add(place);
          }
        }
      }
    }
    return found;
  }

  /// Takes everything away: the kubelet, all containers, containerd, mounts, cgroups and the
  /// bridge.
  void close() throws IOException, InterruptedException {
    try {
      stopKubelet();
    } finally {
      var running = ManagedContainerd.find(containerd, InstantSource.system());
      if (running.isPresent()) {
        running.get().purge();
      } else {
        ManagedContainerd.purge(containerd);
      }
      removeTraces();
    }
  }

  private void removeTraces() throws IOException, InterruptedException {
    var host = new LinuxHost();
    for (var point : host.mountsBelow(options.places().root()).reversed()) {
      host.unmount(point);
    }
    host.removeCgroup(CGROUP);
    new ProcessBuilder("ip", "link", "delete", BRIDGE)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}
