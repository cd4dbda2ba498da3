package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.Binding;
import io.kubejar.api.core.v1.DaemonEndpoint;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.NodeAddress;
import io.kubejar.api.core.v1.NodeDaemonEndpoints;
import io.kubejar.api.core.v1.NodeStatus;
import io.kubejar.api.core.v1.ObjectReference;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.api.rbac.v1.ClusterRole;
import io.kubejar.api.rbac.v1.ClusterRoleBinding;
import io.kubejar.api.rbac.v1.PolicyRule;
import io.kubejar.api.rbac.v1.RoleRef;
import io.kubejar.api.rbac.v1.Subject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.http.Exchange;
import io.kubejar.http.Headers;
import io.kubejar.http.HttpServer;
import io.kubejar.http.ServerOptions;
import io.kubejar.http.UpgradeClient;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What goes through the server to a node, here one that only echoes.
class NodeConnectionsTest {
  private static final String POD = "/api/v1/namespaces/default/pods/web";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static TestServer server;
  private static HttpServer kubelet;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    server = TestServer.start();
    kubelet =
        HttpServer.start(
            ServerOptions.https(ServerOptions.loopback(0), TestServer.nodeTls()),
            NodeConnectionsTest::answer);
    var api = server.admin();
    api.create(ServiceAccount.RESOURCE, ServiceAccount.EMPTY.withMetadata(World.named("default")));
    var address = NodeAddress.EMPTY.withType("InternalIP").withAddress("127.0.0.1");
    var endpoint = DaemonEndpoint.EMPTY.withPort(kubelet.address().getPort());
    var status =
        NodeStatus.EMPTY
            .withAddresses(List.of(address))
            .withDaemonEndpoints(NodeDaemonEndpoints.EMPTY.withKubeletEndpoint(endpoint));
    api.create(
        Node.RESOURCE,
        Node.EMPTY.withMetadata(ObjectMeta.EMPTY.withName("node-1")).withStatus(status));
    api.create(Pod.RESOURCE, World.pod("web"));
    var target = ObjectReference.EMPTY.withKind("Node").withName("node-1");
    api.createSubresource(
        Pod.RESOURCE,
        new ObjectKey("default", "web"),
        "binding",
        Binding.EMPTY.withMetadata(World.named("web")).withTarget(target));
  }

  @AfterAll
  static void stop() {
    kubelet.close();
    server.close();
  }

  /// Tells what it was asked; after an upgrade sends back what it gets.
  private static void answer(Exchange exchange) throws Exception {
    var asked = exchange.method() + " " + exchange.rawPath() + "?" + exchange.rawQuery();
    if (!exchange.isUpgrade()) {
      exchange.reply(200, "text/plain", asked);
      return;
    }
    try (var upgraded =
        exchange.upgrade(Headers.of("Connection", "Upgrade", "Upgrade", "SPDY/3.1"))) {
      upgraded.output().write((asked + "\n").getBytes(StandardCharsets.UTF_8));
      upgraded.output().flush();
      var buffer = new byte[64];
      for (int read = upgraded.input().read(buffer);
          read >= 0;
          read = upgraded.input().read(buffer)) {
        upgraded.output().write(buffer, 0, read);
        upgraded.output().flush();
      }
    }
  }

  @Test
  void asksTheNodeForLogs() throws Exception {
    var answer =
        Http.as(server, "admin", "system:masters").get(POD + "/log?tailLines=5&follow=true");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8))
        .isEqualTo("GET /containerLogs/default/web/c?follow=true&tailLines=5");
    assertThat(answer.headers().firstValue("Content-Type")).contains("text/plain");
  }

  @Test
  void refusesNumbersThatMakeNoSenseForLogs() throws Exception {
    var answer = Http.as(server, "admin", "system:masters").get(POD + "/log?tailLines=-1");

    assertThat(Http.status(answer))
        .containsEntry("code", "422")
        .containsEntry(
            "message",
            "PodLogOptions \"web\" is invalid: tailLines: Invalid value: -1: must be greater than"
                + " or equal to 0");
  }

  @Test
  void takesOnlyUpgradesForStreams() throws Exception {
    var answer =
        Http.as(server, "admin", "system:masters")
            .send("POST", POD + "/exec?command=ls&stdout=true", new byte[0]);

    assertThat(Http.status(answer))
        .containsEntry("code", "400")
        .containsEntry("message", "Upgrade request required");
  }

  @Test
  void wantsTheRightToCreateForStreamsThatBeginWithAGet() throws Exception {
    var rule =
        PolicyRule.EMPTY
            .withVerbs(List.of("get"))
            .withApiGroups(List.of(""))
            .withResources(List.of("pods/exec"));
    server
        .admin()
        .create(
            ClusterRole.RESOURCE,
            ClusterRole.EMPTY
                .withMetadata(ObjectMeta.EMPTY.withName("reader"))
                .withRules(List.of(rule)));
    server
        .admin()
        .create(
            ClusterRoleBinding.RESOURCE,
            ClusterRoleBinding.EMPTY
                .withMetadata(ObjectMeta.EMPTY.withName("reader"))
                .withSubjects(List.of(Subject.EMPTY.withKind("User").withName("jane")))
                .withRoleRef(RoleRef.EMPTY.withKind("ClusterRole").withName("reader")));

    var answer = Http.as(server, "jane").get(POD + "/exec?command=ls&stdout=true");

    assertThat(Http.status(answer))
        .containsEntry("code", "403")
        .containsEntry(
            "message",
            "pods \"web\" is forbidden: User \"jane\" cannot create resource \"pods/exec\" in API"
                + " group \"\" in the namespace \"default\"");
  }

  @Test
  void refusesContainersThatThePodDoesNotHave() throws Exception {
    var answer = Http.as(server, "admin", "system:masters").get(POD + "/log?container=other");

    assertThat(Http.status(answer))
        .containsEntry("code", "400")
        .containsEntry("message", "container other is not valid for pod web");
  }

  @Test
  void carriesBytesBothWaysAfterAnUpgrade() throws Exception {
    var client = server.client("admin", "system:masters");
    var tls = TlsSource.fixed(new TlsMaterial(client, server.authorities()));
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
    var response =
        UpgradeClient.send(
            UpgradeClient.Target.tls(address, tls, "", PATIENCE),
            new UpgradeClient.Request(
                "POST",
                POD + "/exec?command=cat&stdin=true&stdout=true",
                Headers.of("Connection", "Upgrade", "Upgrade", "SPDY/3.1")));
    try (var stream = response.stream()) {
      stream.output().write("ping".getBytes(StandardCharsets.UTF_8));
      stream.output().flush();
      var expected = "POST /exec/default/web/c?command=cat&input=1&output=1\nping";
      var got = stream.input().readNBytes(expected.length());

      assertThat(response.status()).isEqualTo(101);
      assertThat(new String(got, StandardCharsets.UTF_8)).isEqualTo(expected);
    }
  }

  @Test
  void proxiesToTheNode() throws Exception {
    var answer =
        Http.as(server, "admin", "system:masters").get("/api/v1/nodes/node-1/proxy/pods?a=b");

    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("GET /pods?a=b");
  }
}
