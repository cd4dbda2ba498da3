package io.kubejar.kubelet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.http.Headers;
import io.kubejar.http.ServerOptions;
import io.kubejar.http.UpgradeClient;
import io.kubejar.http.pki.CertificateAuthority;
import io.kubejar.http.pki.CertificateSpec;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The node's server as the API server uses it.
class NodeServerTest {
  @TempDir Path directory;
  private TestNode node = new TestNode(Path.of("/"));
  private final CertificateAuthority authority =
      CertificateAuthority.create("kubernetes", InstantSource.system());

  @BeforeEach
  void startNode() throws Exception {
    TestNode.assumePossible();
    node = new TestNode(directory);
    var loopback = InetAddress.getLoopbackAddress();
    var key =
        authority.issue(CertificateSpec.server("node-1", List.of("node-1"), List.of(loopback)));
    var tls = TlsSource.fixed(new TlsMaterial(key, List.of(authority.certificate())));
    node.start(node.options.withServer(ServerOptions.loopback(0), tls));
  }

  @AfterEach
  void leaveNothing() throws Exception {
    if (Files.exists(directory.resolve("c"))) {
      node.close();
    }
  }

  @Test
  void servesLogsAndStreamsToTheApiServerOnly() throws Exception {
    node.create(
        TestNode.pod(
            "web", TestNode.container("main", "sh", "-c", "echo one; echo two; exec sleep 1000")));
    var pod = node.awaitPod("web", TestNode::ready);
    node.awaitText(
        node.options.podLogDirectory("default", "web", pod.metadata().uid()).resolve("main/0.log"),
        "two");

    assertThat(get("kube-apiserver-kubelet-client", "/containerLogs/default/web/main"))
        .isEqualTo("200 one\ntwo\n");
    assertThat(get("kube-apiserver-kubelet-client", "/containerLogs/default/web/main?tailLines=1"))
        .isEqualTo("200 two\n");
    assertThat(get("kube-apiserver-kubelet-client", "/containerLogs/default/web/main?limitBytes=2"))
        .isEqualTo("200 on");
    assertThat(
            get("kube-apiserver-kubelet-client", "/containerLogs/default/web/main?previous=true"))
        .startsWith("400 previous terminated container \"main\" in pod \"web\" not found");
    assertThat(get("kube-apiserver-kubelet-client", "/pods")).contains("\"name\":\"web\"");
    assertThat(get("kube-apiserver-kubelet-client", "/healthz")).isEqualTo("200 ok");
    assertThat(get("jane", "/pods")).startsWith("403");
    assertThat(exec("/exec/default/web/main?output=1&command=echo&command=hello-from-exec"))
        .contains("hello-from-exec");
  }

  private UpgradeClient.Response send(String user, UpgradeClient.Request request)
      throws IOException {
    var key = authority.issue(CertificateSpec.client(user));
    var tls = TlsSource.fixed(new TlsMaterial(key, List.of(authority.certificate())));
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), node.port());
    return UpgradeClient.send(
        UpgradeClient.Target.tls(address, tls, "node-1", Duration.ofSeconds(20)), request);
  }

  private String get(String user, String target) throws IOException {
    var answer = send(user, new UpgradeClient.Request("GET", target, Headers.EMPTY));
    try (var stream = answer.stream()) {
      return answer.status() + " " + new String(stream.input().readAllBytes(), UTF_8);
    }
  }

  /// The runtime speaks the old WebSocket form of exec: each frame begins with the number of its
  /// stream.
  private String exec(String target) throws IOException {
    var headers =
        Headers.of(
            "Connection", "Upgrade",
            "Upgrade", "websocket",
            "Sec-WebSocket-Version", "13",
            "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Protocol", "v4.channel.k8s.io");
    var answer =
        send("kube-apiserver-kubelet-client", new UpgradeClient.Request("GET", target, headers));
    assertThat(answer.upgraded()).isTrue();
    try (var stream = answer.stream()) {
      var text = new StringBuilder();
      byte[] buffer = new byte[4096];
      for (int n = stream.input().read(buffer);
          n >= 0 && !text.toString().contains("Success");
          n = stream.input().read(buffer)) {
        text.append(new String(buffer, 0, n, UTF_8));
      }
      return text.toString();
    }
  }
}
