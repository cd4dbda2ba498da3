package io.kubejar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The examples of `docs/testing-with-kubejar.md`, word for word, so that they compile and hold.
@Timeout(60)
class GuideTest {
  private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @Test
  void everyExampleOfTheGuideIsInThisFile() throws Exception {
    var guide = Files.readString(Path.of("../docs/testing-with-kubejar.md"));
    var here = squeezed(Files.readString(Path.of("src/test/java/io/kubejar/GuideTest.java")));
    var examples = EXAMPLE.matcher(guide).results().map(MatchResult::group).toList();

    assertThat(examples).hasSizeGreaterThan(5);
    for (var example : examples) {
      var code = example.replace("```java\n", "").replace("```", "");
      assertThat(here).contains(squeezed(code));
    }
  }

  private static String squeezed(String code) {
    return code.replaceAll("\\s+", " ").strip();
  }

  @Test
  void start() {
    try (var cluster = Cluster.start()) {
      cluster.apply(
          """
          apiVersion: v1
          kind: ConfigMap
          metadata: {name: colours}
          data: {sky: blue}
          """);
      assertThat(cluster.kubeconfig()).contains(cluster.url());
    }
  }

  @Test
  void shape() {
    try (var cluster =
        Cluster.builder()
            .nodes(2, node -> node.label("topology.kubernetes.io/zone", "a"))
            .node("gpu-0", node -> node.capacity("nvidia.com/gpu", "8").taint("gpu:NoSchedule"))
            .manifestsOnClassPath("io/kubejar/manifests")
            .disableAdmissionPlugins("ServiceAccount")
            .rbac(false)
            .start()) {
      assertThat(cluster.node("gpu-0").name()).isEqualTo("gpu-0");
    }
  }

  @Test
  void crashes() {
    try (var cluster = Cluster.builder().frozen().start()) {
      cluster.pods("app=web").crashAfter(ofSeconds(1)).exitWith(3);
      cluster.apply(Workloads.deployment(1, "web"));
      cluster.clock().advance(ofHours(1));

      var pod = cluster.pods("app=web").list().getFirst();
      var container = pod.status().containerStatuses().getFirst();
      assertThat(container.restartCount()).isEqualTo(16);
      assertThat(container.state().waiting()).returns("CrashLoopBackOff", it -> it.reason());
    }
  }

  @Test
  void rollout() {
    try (var cluster = Cluster.builder().frozen().start()) {
      cluster.apply(Workloads.deployment(2, "web"));
      cluster.settle();
      cluster.pods("app=web").inNamespace("default").named("web-*").neverBecomeReady();
      cluster.settle();
      assertThat(cluster.pods().list()).noneMatch(Workloads::isReady);

      cluster.pods("app=web").startAfter(ofSeconds(2)).becomeReadyAfter(ofSeconds(10));
      cluster.clock().advance(ofMinutes(1));
      assertThat(cluster.pods().list()).allMatch(Workloads::isReady);
    }
  }

  @Test
  void answers() throws Exception {
    try (var cluster = Cluster.start()) {
      cluster
          .pods("app=db")
          .log("ready to accept connections")
          .log(ofMinutes(5), "checkpoint complete")
          .answerExec(
              call -> {
                call.stdout().write("PONG\n".getBytes(UTF_8));
                return call.command().contains("ping") ? 0 : 1;
              })
          .answerPorts(connection -> connection.input().transferTo(connection.output()));
      cluster.apply(Workloads.pod("db", "Always"));
      cluster.settle();
      try (var remote = new Remote(cluster)) {
        assertThat(remote.get("/api/v1/namespaces/default/pods/db/log"))
            .isEqualTo("200 ready to accept connections\n");
      }
    }
  }

  @Test
  void death() {
    try (var cluster = Cluster.builder().nodes(2).frozen().start()) {
      cluster.apply(Workloads.deployment(2, "web"));
      cluster.settle();
      cluster.node("node-1").kill();
      cluster.clock().advance(ofMinutes(7));
      assertThat(cluster.pods("app=web").list())
          .filteredOn(pod -> pod.metadata().deletionTimestamp() == null)
          .allMatch(pod -> pod.spec().nodeName().equals("node-0"));

      cluster.node("node-1").revive();
    }
  }
}
