package io.kubejar.standalone.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// A StatefulSet and a DaemonSet with real containers, as kubectl sees and rolls them.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class SetsE2eTest {
  private static final String NS = "--namespace=sets";
  private static final String DB = "statefulset/db";
  private static final String AGENT = "daemonset/agent";

  @SuppressWarnings("NullAway.Init")
  private static RealCluster cluster;

  @BeforeAll
  static void start() {
    cluster = RealCluster.named("sets");
    cluster.up();
    var image = BusyboxImage.write(cluster.file("busybox.tar"));
    cluster.kubejar("image", "load", image.toString()).orFail();
    cluster.kubectl("apply", "-f", cluster.manifest("sets.yaml"));
    rollout("status", DB, "--timeout=90s");
    rollout("status", AGENT, "--timeout=60s");
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  @Order(1)
  void eachMemberIsMadeWhenTheOneBeforeIsReady() {
    assertThat(pods("app=db", "{.metadata.name}")).containsExactly("db-0", "db-1", "db-2");
    var made = pods("app=db", "{.metadata.creationTimestamp}");
    var ready = pods("app=db", "{.status.conditions[?(@.type==\"Ready\")].lastTransitionTime}");

    // Times in RFC 3339 and in one zone compare as texts.
    assertThat(made.get(1)).isGreaterThanOrEqualTo(ready.get(0));
    assertThat(made.get(2)).isGreaterThanOrEqualTo(ready.get(1));
  }

  @Test
  @Order(2)
  void eachMemberHasANameThatOthersFind() {
    for (var name : List.of("db-0", "db-1", "db-2")) {
      assertThat(exec(name, "hostname").strip()).isEqualTo(name);
      var address = get("pod/" + name, "{.status.podIP}");
      assertThat(exec("db-0", "nslookup " + name + ".db.sets.svc.cluster.local")).contains(address);
    }
  }

  @Test
  @Order(3)
  void theSetRollsAndRollsBack() {
    var first = get(DB, "{.status.currentRevision}");
    cluster.kubectl(NS, "set", "env", DB, "ROUND=two");
    rollout("status", DB, "--timeout=90s");
    assertThat(exec("db-0", "env")).contains("ROUND=two");
    assertThat(get(DB, "{.status.currentRevision}"))
        .isNotEqualTo(first)
        .isEqualTo(get(DB, "{.status.updateRevision}"));
    assertThat(rollout("history", DB).lines().filter(line -> line.matches("\\d.*"))).hasSize(2);

    rollout("undo", DB);
    rollout("status", DB, "--timeout=90s");
    assertThat(exec("db-0", "env")).doesNotContain("ROUND=");
    assertThat(get(DB, "{.status.currentRevision}")).isEqualTo(first);
  }

  @Test
  @Order(4)
  void theSetShrinksFromTheEnd() {
    cluster.kubectl(NS, "scale", DB, "--replicas=1");
    cluster.kubectl(NS, "wait", DB, "--for=jsonpath={.status.replicas}=1", "--timeout=60s");

    assertThat(pods("app=db", "{.metadata.name}")).containsExactly("db-0");
  }

  @Test
  @Order(5)
  void theDaemonRollsAndRollsBack() {
    assertThat(pods("app=agent", "{.metadata.name}")).hasSize(1);
    var first = pods("app=agent", "{.metadata.labels.controller-revision-hash}");
    cluster.kubectl(NS, "set", "env", AGENT, "ROUND=two");
    rollout("status", AGENT, "--timeout=60s");
    assertThat(pods("app=agent", "{.metadata.labels.controller-revision-hash}"))
        .hasSize(1)
        .doesNotContainAnyElementsOf(first);

    rollout("undo", AGENT);
    rollout("status", AGENT, "--timeout=60s");
    assertThat(pods("app=agent", "{.metadata.labels.controller-revision-hash}")).isEqualTo(first);
    assertThat(cluster.kubectl(NS, "events", "--for=" + AGENT))
        .contains("SuccessfulCreate", "SuccessfulDelete");
  }

  private static String rollout(String verb, String what, String... more) {
    var arguments = new ArrayList<>(List.of(NS, "rollout", verb, what));
    arguments.addAll(List.of(more));
    return cluster.kubectl(arguments.toArray(String[]::new));
  }

  /// A part of every pod that is not being deleted, in the order of the names.
  private static List<String> pods(String selector, String part) {
    var template =
        "jsonpath={range .items[*]}" + part + " {.metadata.deletionTimestamp}{\"\\n\"}{end}";
    return cluster
        .kubectl(NS, "get", "pods", "-l", selector, "-o", template)
        .lines()
        .filter(line -> line.endsWith(" "))
        .map(String::strip)
        .toList();
  }

  private static String get(String what, String part) {
    return cluster.kubectl(NS, "get", what, "-o", "jsonpath=" + part);
  }

  private static String exec(String pod, String command) {
    return cluster.kubectl(NS, "exec", pod, "--", "sh", "-c", command);
  }
}
