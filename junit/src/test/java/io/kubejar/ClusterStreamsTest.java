package io.kubejar;

import static io.kubejar.Workloads.pod;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.Node;
import io.kubejar.apimachinery.ObjectKey;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What kubelets answer, through the API server.
@Timeout(60)
class ClusterStreamsTest {
  private static final String POD = "/api/v1/namespaces/default/pods/web";
  private static final Instant NEW_YEAR = Instant.parse("2031-01-01T00:00:00Z");

  private final Cluster cluster = Cluster.builder().startingAt(NEW_YEAR).frozen().start();
  private final Remote remote = new Remote(cluster);

  @AfterEach
  void leave() {
    remote.close();
    cluster.close();
  }

  private void run() {
    cluster.apply(pod("web", "Always"));
    cluster.settle();
  }

  @Test
  void aLogHasTheLinesThatWerePrintedUntilNow() throws Exception {
    cluster.pods().log("one", "two").log(ofMinutes(1), "three");
    run();

    assertThat(remote.get(POD + "/log")).isEqualTo("200 one\ntwo\n");
    assertThat(remote.get(POD + "/log?tailLines=1")).isEqualTo("200 two\n");
    assertThat(remote.get(POD + "/log?limitBytes=2")).isEqualTo("200 on");
    cluster.clock().advance(ofMinutes(2));
    assertThat(remote.get(POD + "/log?sinceSeconds=90")).isEqualTo("200 three\n");
    assertThat(remote.get(POD + "/log?timestamps=true&tailLines=1"))
        .isEqualTo("200 2031-01-01T00:01:00.000000000Z three\n");
  }

  @Test
  void theLogOfTheRunBeforeIsKept() throws Exception {
    cluster.pods().crashAfter(ofSeconds(10)).times(1).log("hello").log(ofSeconds(60), "at work");
    run();
    assertThat(remote.get(POD + "/log?previous=true"))
        .startsWith("400 ")
        .contains("previous terminated container \\\"main\\\" in pod \\\"web\\\" not found");

    cluster.clock().advance(ofMinutes(5));

    assertThat(remote.get(POD + "/log")).isEqualTo("200 hello\nat work\n");
    assertThat(remote.get(POD + "/log?previous=true")).isEqualTo("200 hello\n");
  }

  @Test
  void aLogOfAPodThatHasNotStartedIsRefused() throws Exception {
    cluster.pods().startAfter(ofMinutes(1));
    run();

    assertThat(remote.get(POD + "/log"))
        .startsWith("400 ")
        .contains(
            "container \\\"main\\\" in pod \\\"web\\\" is waiting to start: ContainerCreating");
  }

  @Test
  void whoFollowsALogSeesEachLineInItsTimeUntilTheRunEnds() throws Exception {
    cluster.pods().log("one").log(ofSeconds(30), "two");
    run();
    var lines = remote.follow(POD + "/log?follow=true");
    assertThat(lines.readLine()).isEqualTo("one");

    cluster.clock().advance(ofSeconds(30));
    assertThat(lines.readLine()).isEqualTo("two");
    cluster.pods().log("one").log(ofSeconds(30), "two", "three");
    assertThat(lines.readLine()).isEqualTo("three");

    cluster.pods().evict();
    cluster.settle();
    assertThat(lines.readLine()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"v5.channel.k8s.io", "v4.channel.k8s.io"})
  void aCommandIsAnsweredByTheScript(String protocol) throws Exception {
    cluster
        .pods()
        .answerExec(
            call -> {
              call.stderr().write(String.join(" ", call.command()).getBytes(UTF_8));
              var input = new String(call.stdin().readNBytes(5), UTF_8);
              call.stdout().write(input.toUpperCase(Locale.ROOT).getBytes(UTF_8));
              return 3;
            });
    run();

    var messages =
        remote.open(
            POD + "/exec?command=sh&command=-c&stdin=true&stdout=true&stderr=true", protocol);

    assertThat(messages.next()).isEqualTo("1:");
    assertThat(messages.next()).isEqualTo("2:sh -c");
    messages.send(0, "hello");
    assertThat(messages.next()).isEqualTo("1:HELLO");
    assertThat(messages.next())
        .startsWith("3:")
        .contains("command terminated with exit code 3", "NonZeroExitCode", "\"message\":\"3\"");
    assertThat(messages.next()).isEqualTo("closed");
  }

  @Test
  void aCommandWithoutAScriptFails() throws Exception {
    run();
    var messages = remote.open(POD + "/exec?command=sh&stdout=true", "v4.channel.k8s.io");

    assertThat(messages.next()).isEqualTo("1:");
    assertThat(messages.next()).startsWith("3:").contains("no script of it answers commands");
    assertThat(messages.next()).isEqualTo("closed");
  }

  @Test
  void attachShowsWhatIsPrintedFromNowOn() throws Exception {
    cluster.pods().log("one").log(ofSeconds(5), "two").finishAfter(ofSeconds(10));
    cluster.apply(pod("web", "Never"));
    cluster.settle();
    var messages = remote.open(POD + "/attach?stdout=true", "v4.channel.k8s.io");
    assertThat(messages.next()).isEqualTo("1:");
    cluster.clock().advance(ofSeconds(5));
    assertThat(messages.next()).isEqualTo("1:two\n");

    cluster.clock().advance(ofSeconds(5));

    assertThat(messages.next()).isEqualTo("3:{\"metadata\":{},\"status\":\"Success\"}");
    assertThat(messages.next()).isEqualTo("closed");
  }

  @Test
  void aForwardedPortIsAnsweredByTheScript() throws Exception {
    cluster
        .pods()
        .answerPorts(
            connection -> {
              if (connection.port() != 8080) {
                throw new IOException("nobody listens");
              }
              connection.output().write(connection.input().readNBytes(4));
            });
    run();

    var open = remote.open(POD + "/portforward?ports=8080", "v4.channel.k8s.io");
    assertThat(open.next()).isEqualTo("0:\u0090\u001f".replace("\u0090", "\ufffd"));
    assertThat(open.next()).startsWith("1:");
    open.send(0, "ping");
    assertThat(open.next()).isEqualTo("0:ping");
    assertThat(open.next()).isEqualTo("closed");

    var shut = remote.open(POD + "/portforward?ports=81", "v4.channel.k8s.io");
    shut.next();
    shut.next();
    assertThat(shut.next()).contains("error forwarding port 81 to pod web: nobody listens");
  }

  @Test
  void theKubeletTellsWhatPodsUse() throws Exception {
    cluster.pods().use("250m", "64Mi");
    run();
    cluster.clock().advance(ofSeconds(100));

    assertThat(remote.get("/api/v1/nodes/node-0/proxy/stats/summary"))
        .startsWith("200 ")
        .contains("\"usageNanoCores\":250000000", "\"workingSetBytes\":67108864")
        .contains("\"usageCoreNanoSeconds\":25000000000");
    assertThat(remote.get("/api/v1/nodes/node-0/proxy/metrics/resource"))
        .contains(
            "container_cpu_usage_seconds_total{container=\"main\",namespace=\"default\","
                + "pod=\"web\"} 25",
            "pod_memory_working_set_bytes{namespace=\"default\",pod=\"web\"} 67108864");
  }

  @Test
  void theNodesOfAForkSayWhereItsOwnKubeletListens() throws Exception {
    cluster.pods().log("one");
    run();
    try (var fork = cluster.fork();
        var there = new Remote(fork)) {
      assertThat(port(fork)).isNotEqualTo(port(cluster));
      assertThat(there.get(POD + "/log")).isEqualTo("200 one\n");
    }
  }

  private static int port(Cluster of) throws InterruptedException {
    var node = of.inProcessClient().get(Node.RESOURCE, ObjectKey.clusterScoped("node-0"));
    return node.status().daemonEndpoints().kubeletEndpoint().Port();
  }
}
