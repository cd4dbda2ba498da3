package io.kubejar.standalone.e2e;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// The story of an application: image, manifest, roll-out, traffic, probes, updates, deletion.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ShopE2eTest {
  private static final String NS = "--namespace=shop";
  private static final Pattern FROM_POD = Pattern.compile("hello from (web-\\S+)");

  @SuppressWarnings("NullAway.Init")
  private static RealCluster cluster;

  @BeforeAll
  static void openTheShop() {
    cluster = RealCluster.named("shop");
    cluster.up();
    var image = BusyboxImage.write(cluster.file("busybox.tar"));
    cluster.kubejar("image", "load", image.toString()).orFail();
    cluster.kubectl("apply", "-f", cluster.manifest("shop.yaml"));
    cluster.kubectl(NS, "rollout", "status", "deployment/web", "--timeout=60s");
    cluster.kubectl(NS, "rollout", "status", "deployment/caller", "--timeout=60s");
  }

  @AfterAll
  static void closeTheShop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  @Order(1)
  void theCallerGetsAnswersFromAllThreeReplicas() throws Exception {
    var web = podNames("app=web");
    assertThat(web).hasSize(3);

    assertThat(answeringPods(web.size())).isEqualTo(web);
  }

  @Test
  @Order(2)
  void environmentComesFromEverySource() {
    var environment = inWeb("env").lines().toList();

    assertThat(environment)
        .contains("GREETING=hello", "PASSWORD=s3cret", "CFG_greeting=hello", "password=s3cret")
        .anyMatch(line -> line.matches("EXPANDED=hello-web-.*"))
        .anyMatch(line -> line.matches("KUBERNETES_SERVICE_HOST=10\\..*"));
  }

  @Test
  @Order(3)
  void volumesHoldWhatTheirSourcesSay() {
    assertThat(inWeb("cat /settings/motd")).isEqualTo("welcome\nto the shop\n");
    assertThat(inWeb("cat /keys/password")).isEqualTo("s3cret");
    assertThat(inWeb("stat -L -c %a /keys/password").strip()).isEqualTo("400");
    assertThat(inWeb("cat /all/texts/motd")).startsWith("welcome");
    assertThat(inWeb("cat /all/labels")).contains("app=\"web\"");
    assertThat(inWeb("cat /all/memory").strip()).isEqualTo("67108864");
    assertThat(inWeb("cat /all/token").split("\\.")).hasSize(3);
    assertThat(inWeb("cat /host-etc/hostname")).isNotBlank();
    assertThat(inWeb("cat /var/run/secrets/kubernetes.io/serviceaccount/namespace"))
        .isEqualTo("shop");
  }

  @Test
  @Order(4)
  void aChangedConfigMapReachesTheVolume() {
    cluster.kubectl(
        NS,
        "patch",
        "configmap",
        "settings",
        "--type=merge",
        "-p",
        "{\"data\":{\"motd\":\"closing soon\"}}");

    assertThat(
            inWeb(
                "for i in $(seq 600); do grep -q closing /settings/motd && break; usleep 100000;"
                    + " done; cat /settings/motd"))
        .isEqualTo("closing soon");
  }

  @Test
  @Order(5)
  void aKilledContainerIsRestarted() {
    var pod = podNames("app=web").iterator().next();
    cluster.tryKubectl(NS, "exec", pod, "--", "sh", "-c", "kill -9 1; kill 1");

    waitFor(pod, "jsonpath={.status.containerStatuses[0].restartCount}=1");
    cluster.kubectl(NS, "wait", "pod/" + pod, "--for=condition=Ready", "--timeout=60s");
    assertThat(cluster.kubectl(NS, "logs", "-p", pod)).isNotNull();
  }

  @Test
  @Order(6)
  void aFailingLivenessProbeRestartsTheContainer() {
    var pod = freshWebPod();
    inPod(pod, "rm /scratch/www/live");

    waitFor(pod, "jsonpath={.status.containerStatuses[0].restartCount}=1");
    assertThat(cluster.kubectl(NS, "events", "--for=pod/" + pod))
        .contains("Liveness probe failed", "Killing");
  }

  @Test
  @Order(7)
  void aFailingReadinessProbeTakesThePodOutOfTheService() {
    cluster.kubectl(NS, "rollout", "status", "deployment/web", "--timeout=60s");
    var pod = freshWebPod();
    inPod(pod, "rm /scratch/www/ready");
    cluster.kubectl(NS, "wait", "pod/" + pod, "--for=condition=Ready=false", "--timeout=20s");

    var address = cluster.kubectl(NS, "get", "pod", pod, "-o", "jsonpath={.status.podIP}");
    assertThat(readyAddresses(address)).isEqualTo("false");

    inPod(pod, "touch /scratch/www/ready");
    cluster.kubectl(NS, "wait", "pod/" + pod, "--for=condition=Ready", "--timeout=20s");
  }

  @Test
  @Order(8)
  void aDeletedPodIsReplaced() {
    var before = podNames("app=web");
    var victim = before.iterator().next();
    cluster.kubectl(NS, "delete", "pod", victim);

    cluster.kubectl(NS, "rollout", "status", "deployment/web", "--timeout=60s");
    assertThat(podNames("app=web")).hasSize(3).doesNotContain(victim);
  }

  @Test
  @Order(9)
  void aRollingUpdateLosesNoRequest() {
    var since = now();
    cluster.kubectl(NS, "set", "env", "deployment/web", "ROUND=two");
    cluster.kubectl(NS, "rollout", "status", "deployment/web", "--timeout=120s");

    var answers = cluster.kubectl(NS, "logs", "deployment/caller", "--since-time=" + since);
    assertThat(answers).contains("hello from web-").doesNotContain("FAILED");
    assertThat(cluster.kubectl(NS, "rollout", "history", "deployment/web").lines())
        .anyMatch(line -> line.startsWith("2"));
  }

  @Test
  @Order(10)
  void aRolloutCanBeUndone() {
    cluster.kubectl(NS, "rollout", "undo", "deployment/web");
    cluster.kubectl(NS, "rollout", "status", "deployment/web", "--timeout=120s");

    assertThat(inWeb("env")).doesNotContain("ROUND=");
  }

  @Test
  @Order(11)
  void scalingIsCarriedOut() {
    cluster.kubectl(NS, "scale", "deployment/web", "--replicas=5");
    cluster.kubectl(NS, "rollout", "status", "deployment/web", "--timeout=60s");
    assertThat(podNames("app=web")).hasSize(5);

    cluster.kubectl(NS, "scale", "deployment/web", "--replicas=2");
    cluster.kubectl(
        NS, "wait", "deployment/web", "--for=jsonpath={.status.replicas}=2", "--timeout=60s");
  }

  @Test
  @Order(12)
  void copyingGoesBothWays() throws Exception {
    var pod = podNames("app=web").iterator().next();
    var source = cluster.write("note.txt", "by hand\n");
    cluster.kubectl(NS, "cp", source, pod + ":/tmp/note.txt");
    assertThat(inPod(pod, "cat /tmp/note.txt")).isEqualTo("by hand\n");

    var back = cluster.file("note-back.txt");
    cluster.kubectl(NS, "cp", pod + ":/tmp/note.txt", back.toString());
    assertThat(back).hasContent("by hand\n");
  }

  @Test
  @Order(13)
  void execPassesInputAndExitCode() {
    var pod = podNames("app=web").iterator().next();
    assertThat(
            cluster.kubectlWithInput("over there\n", NS, "exec", "-i", pod, "--", "cat").orFail())
        .isEqualTo("over there\n");
    assertThat(cluster.tryKubectl(NS, "exec", pod, "--", "sh", "-c", "exit 7").code()).isEqualTo(7);
  }

  @Test
  @Order(14)
  void portForwardReachesThePod() throws Exception {
    var pod = podNames("app=web").iterator().next();
    var forward = cluster.startKubectl(NS, "port-forward", "pod/" + pod, ":8080");
    try (var lines = forward.inputReader()) {
      var said = lines.readLine(); // Forwarding from 127.0.0.1:40123 -> 8080
      var port = said.replaceAll(".*127\\.0\\.0\\.1:(\\d+).*", "$1");
      try (var client = java.net.http.HttpClient.newHttpClient()) {
        var answer =
            client.send(
                java.net.http.HttpRequest.newBuilder(
                        java.net.URI.create("http://127.0.0.1:" + port + "/"))
                    .build(),
                java.net.http.HttpResponse.BodyHandlers.ofString());
        assertThat(answer.body()).isEqualTo("hello from " + pod + "\n");
      }
    } finally {
      forward.destroy();
      forward.waitFor();
    }
  }

  @Test
  @Order(15)
  void attachShowsWhatTheProcessSays() throws Exception {
    var attached = cluster.startKubectl(NS, "attach", "deployment/caller");
    try (var lines = attached.inputReader()) {
      assertThat(lines.readLine()).contains("from web-");
    } finally {
      attached.destroy();
      attached.waitFor();
    }
  }

  @Test
  @Order(16)
  void logsCanBeFollowedAndCut() throws Exception {
    assertThat(cluster.kubectl(NS, "logs", "deployment/caller", "--tail=2").lines()).hasSize(2);
    var follow = cluster.startKubectl(NS, "logs", "-f", "deployment/caller", "--tail=1");
    try (var lines = follow.inputReader()) {
      for (int line = 0; line < 5; line++) {
        assertThat(lines.readLine()).isNotNull();
      }
    } finally {
      follow.destroy();
      follow.waitFor();
    }
  }

  @Test
  @Order(17)
  void theNodesPartsMayDoWhatTheyNeedAndNoMore() {
    assertThat(mayList("endpointslices", "system:serviceaccount:kube-system:coredns")).isTrue();
    assertThat(mayList("namespaces", "system:serviceaccount:kube-system:coredns")).isTrue();
    assertThat(mayList("secrets", "system:serviceaccount:kube-system:coredns")).isFalse();
    assertThat(mayList("endpointslices", "system:kube-proxy")).isTrue();
    assertThat(mayList("configmaps", "system:kube-proxy")).isFalse();
  }

  @Test
  @Order(18)
  void deletingTheNamespaceRemovesEverything() {
    cluster.kubectl("delete", "namespace", "shop", "--timeout=90s");

    assertThat(
            cluster.kubectl(
                "get", "pods,deployments,services,configmaps", NS, "--ignore-not-found"))
        .isBlank();
  }

  private static boolean mayList(String resource, String user) {
    return cluster
        .tryKubectl("auth", "can-i", "list", resource, "-A", "--as=" + user)
        .out()
        .startsWith("yes");
  }

  private static String now() {
    return java.time.Instant.now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString();
  }

  /// Follows the caller's log until it has been answered by `count` different pods.
  private static Set<String> answeringPods(int count) throws Exception {
    var seen = new java.util.TreeSet<String>();
    var follow = cluster.startKubectl(NS, "logs", "-f", "deployment/caller");
    try (var lines = follow.inputReader()) {
      for (var line = lines.readLine();
          line != null && seen.size() < count;
          line = lines.readLine()) {
        var match = FROM_POD.matcher(line);
        if (match.find()) {
          seen.add(match.group(1));
        }
      }
    } finally {
      follow.destroy();
      follow.waitFor();
    }
    return seen;
  }

  private static Set<String> podNames(String selector) {
    var names =
        cluster.kubectl(
            NS,
            "get",
            "pods",
            "-l",
            selector,
            "--field-selector=status.phase=Running",
            "-o",
            "go-template={{range .items}}{{if not"
                + " .metadata.deletionTimestamp}}{{.metadata.name}}{{\"\\n"
                + "\"}}{{end}}{{end}}");
    return names.lines().collect(toSet());
  }

  /// A web pod without a past.
  private static String freshWebPod() {
    var names = new ArrayList<>(podNames("app=web"));
    names.removeIf(
        name ->
            !cluster
                .kubectl(
                    NS,
                    "get",
                    "pod",
                    name,
                    "-o",
                    "jsonpath={.status.containerStatuses[0].restartCount}")
                .equals("0"));
    return List.copyOf(names).getFirst();
  }

  private static String readyAddresses(String address) {
    return cluster.kubectl(
        NS,
        "get",
        "endpointslices",
        "-l",
        "kubernetes.io/service-name=web",
        "-o",
        "jsonpath={.items[*].endpoints[?(@.addresses[0]==\"" + address + "\")].conditions.ready}");
  }

  private static void waitFor(String pod, String condition) {
    cluster.kubectl(NS, "wait", "pod/" + pod, "--for=" + condition, "--timeout=60s");
  }

  private static String inWeb(String script) {
    return inPod("deployment/web", script);
  }

  private static String inPod(String pod, String script) {
    return cluster.kubectl(NS, "exec", pod, "--", "sh", "-c", script);
  }
}
