package io.kubejar.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Starting, crashing, stopping and removing clusters.
final class LifecycleE2eTest {
  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: steady
      spec:
        terminationGracePeriodSeconds: 1
        containers:
          - name: main
            image: docker.io/library/busybox:e2e
            command: [sleep, "100000"]
      """;

  @Test
  void aCrashLosesNothingAndRestartsNoContainer() {
    try (var cluster = RealCluster.named("crash")) {
      cluster.up("--port=16443", "--kubelet-port=20250");
      runSteadyPod(cluster);
      var before = containerIds(cluster);
      cluster.kubectl(
          "create",
          "deployment",
          "late",
          "--image=docker.io/library/busybox:e2e",
          "--replicas=2",
          "--",
          "sleep",
          "100000");
      cluster.kill();
      var killed = Instant.now().truncatedTo(ChronoUnit.SECONDS);

      cluster.up("--port=16443", "--kubelet-port=20250");

      assertThat(Instant.parse(heartbeat(cluster))).isAfterOrEqualTo(killed);
      cluster.kubectl("rollout", "status", "deployment/late", "--timeout=60s");
      assertThat(containerIds(cluster)).isEqualTo(before);
      assertThat(restarts(cluster)).isEqualTo("0");
    }
  }

  @Test
  void downKeepsContainersAndPurgeLeavesNothing() {
    var before = machine();
    var sharedBefore = sharedDirectories();
    var tablesBefore = lines("nft", "list", "tables");
    var translationsBefore = lines("iptables-save", "-t", "nat");
    try (var cluster = RealCluster.named("purge")) {
      cluster.up("--port=16444", "--kubelet-port=20251");
      runSteadyPod(cluster);
      runPodWithHostPort(cluster);
      var ids = containerIds(cluster);
      assertThat(cluster.kubejar("down").orFail()).contains("stopped");
      assertThat(cluster.kubejar("down").orFail()).contains("not running");
      cluster.up();
      assertThat(containerIds(cluster)).isEqualTo(ids);

      assertThat(cluster.kubejar("down", "--purge").orFail()).contains("nothing of it is left");

      assertThat(cluster.dataDir()).doesNotExist();
      assertThat(machine()).isEqualTo(before);
      assertThat(sharedDirectories()).isSubsetOf(sharedBefore);
      assertThat(lines("nft", "list", "tables")).isSubsetOf(tablesBefore);
      assertThat(chains(lines("iptables-save", "-t", "nat")))
          .isSubsetOf(chains(translationsBefore));
      assertThat(cluster.kubejar("down", "--purge").code()).isZero();
    }
  }

  @Test
  void aNodeThatWasLeftOutComesBackAndEndsPodsDeletedMeanwhile() {
    try (var cluster = RealCluster.named("leftout")) {
      cluster.up("--port=16448", "--kubelet-port=20255");
      runSteadyPod(cluster);
      var uid = cluster.kubectl("get", "pod", "steady", "-o", "jsonpath={.metadata.uid}");
      assertThat(podCgroups(uid)).isNotEmpty();
      cluster.kubejar("down").orFail();

      cluster.up("--control-plane-only");
      cluster.kubectl("delete", "pod", "steady", "--force", "--grace-period=0");
      assertThat(cluster.kubejar("down").orFail()).contains("its containers keep running");
      cluster.up();

      cluster.kubectl(
          "run", "next", "--image=docker.io/library/busybox:e2e", "--", "sleep", "1000");
      cluster.kubectl("wait", "pod/next", "--for=condition=Ready", "--timeout=60s");
      awaitNoCgroups(uid);
    }
  }

  @Test
  void upTwiceSaysThatItRuns() {
    try (var cluster = RealCluster.named("twice")) {
      cluster.up("--port=16445", "--kubelet-port=20252");

      var again = cluster.tryUp();

      assertThat(again.code()).isZero();
      assertThat(again.out()).contains("already running");
      assertThat(cluster.kubejar("status").code()).isZero();
      assertThat(cluster.kubejar("status", "-o", "json").out()).contains("\"healthy\":true");
    }
  }

  @Test
  void aTakenPortIsNamedAndNothingIsStarted() throws IOException {
    try (var taken = new ServerSocket(0);
        var cluster = RealCluster.named("taken")) {
      var result = cluster.tryUp("--port=" + taken.getLocalPort());

      assertThat(result.code()).isEqualTo(1);
      assertThat(result.err().lines()).hasSize(1);
      assertThat(result.err()).contains("port " + taken.getLocalPort(), "is taken");
      assertThat(cluster.dataDir()).doesNotExist();
    }
  }

  @Test
  void twoClustersDoNotDisturbEachOther() {
    try (var one = RealCluster.named("one");
        var two = RealCluster.named("two")) {
      one.up("--port=16446", "--kubelet-port=20253");
      two.up("--port=16447", "--kubelet-port=20254");
      runSteadyPod(one);
      runSteadyPod(two);
      var ids = containerIds(one);

      two.kubejar("down", "--purge").orFail();

      assertThat(containerIds(one)).isEqualTo(ids);
      assertThat(
              one.kubectl(
                  "exec", "steady", "--", "nslookup", "kubernetes.default.svc.cluster.local"))
          .contains("10.");
    }
  }

  @Test
  void usageErrorsAreOneLineAndCodeTwo() {
    var cluster = RealCluster.named("usage");

    var result = cluster.kubejar("up", "--no-such-flag");

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("--no-such-flag", "--help").doesNotContain("Exception");
    cluster.close();
  }

  private static void runSteadyPod(RealCluster cluster) {
    var image = BusyboxImage.write(cluster.file("busybox.tar"));
    cluster.kubejar("image", "load", image.toString()).orFail();
    cluster.kubectl("apply", "-f", cluster.write("steady.yaml", POD));
    cluster.kubectl("wait", "pod/steady", "--for=condition=Ready", "--timeout=60s");
  }

  private static void runPodWithHostPort(RealCluster cluster) {
    var pod = POD.replace("name: steady", "name: published");
    var port = "      ports: [{containerPort: 8080, hostPort: 18080}]\n";
    cluster.kubectl("apply", "-f", cluster.write("published.yaml", pod + port));
    cluster.kubectl("wait", "pod/published", "--for=condition=Ready", "--timeout=60s");
    assertThat(lines("iptables-save", "-t", "nat")).anyMatch(it -> it.contains("CNI-HOSTPORT"));
  }

  private static List<String> chains(List<String> rules) {
    return rules.stream().filter(line -> line.startsWith(":CNI-")).toList();
  }

  private static String containerIds(RealCluster cluster) {
    return cluster.kubectl(
        "get", "pod", "steady", "-o", "jsonpath={.status.containerStatuses[*].containerID}");
  }

  private static String heartbeat(RealCluster cluster) {
    return cluster.kubectl(
        "get",
        "nodes",
        "-o",
        "jsonpath={.items[*].status.conditions[?(@.type==\"Ready\")].lastHeartbeatTime}");
  }

  private static String restarts(RealCluster cluster) {
    return cluster.kubectl(
        "get", "pod", "steady", "-o", "jsonpath={.status.containerStatuses[*].restartCount}");
  }

  /// All that a cluster could leave behind: mounts, namespaces, rules, links, routes, processes,
  /// cgroups.
  private static Map<String, List<String>> machine() {
    return Map.of(
        "mounts", lines("cat", "/proc/mounts"),
        "namespaces", lines("ip", "netns", "list"),
        "links",
            lines("ip", "-o", "link", "show").stream().map(line -> line.split(" ", -1)[1]).toList(),
        "routes", lines("ip", "route"),
        "processes", lines("pgrep", "-f", "containerd"),
        "cgroups", cgroups());
  }

  private static void awaitNoCgroups(String uid) {
    var gone =
        "until [ -z \"$(find /sys/fs/cgroup -type d -name pod" + uid + ")\" ]; do sleep 0.1; done";
    Shell.run(Duration.ofMinutes(1), Map.of(), List.of("sh", "-c", gone)).orFail();
  }

  /// What the runtime's programs make for all who use them; an earlier user may have left some.
  private static List<String> sharedDirectories() {
    return lines("find", "/run/containerd", "/var/lib/cni");
  }

  private static List<String> podCgroups(String uid) {
    return lines("find", "/sys/fs/cgroup", "-type", "d", "-name", "pod" + uid);
  }

  private static List<String> cgroups() {
    return lines("find", "/sys/fs/cgroup", "-maxdepth", "3", "-name", "*kube*");
  }

  private static List<String> lines(String... command) {
    return Shell.run(Duration.ofSeconds(10), Map.of(), List.of(command))
        .out()
        .lines()
        .sorted()
        .toList();
  }
}
