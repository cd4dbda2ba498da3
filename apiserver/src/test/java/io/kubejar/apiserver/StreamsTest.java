package io.kubejar.apiserver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubejar.api.core.v1.Binding;
import io.kubejar.api.core.v1.DaemonEndpoint;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.NodeAddress;
import io.kubejar.api.core.v1.NodeDaemonEndpoints;
import io.kubejar.api.core.v1.NodeStatus;
import io.kubejar.api.core.v1.ObjectReference;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.http.Exchange;
import io.kubejar.http.Headers;
import io.kubejar.http.HttpServer;
import io.kubejar.http.ServerOptions;
import io.kubejar.http.SpdySession;
import io.kubejar.http.UpgradeClient;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// exec and port-forward over WebSockets, against a kubelet that speaks SPDY as containerd does.
class StreamsTest {
  private static final String POD = "/api/v1/namespaces/default/pods/web";
  private static final long PATIENCE_SECONDS = 20;
  private static final Path KUBECTL = Path.of("/usr/bin/kubectl");
  private static final String EXIT_STATUS =
      "{\"metadata\":{},\"status\":\"Failure\",\"message\":\"command terminated with non-zero exit"
          + " code: exit status 3\",\"reason\":\"NonZeroExitCode\",\"details\":{\"causes\":"
          + "[{\"reason\":\"ExitCode\",\"message\":\"3\"}]}}";

  @TempDir static Path directory;

  private static TestServer server;
  private static HttpServer kubelet;
  private static Http admin;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start();
    kubelet =
        HttpServer.start(
            ServerOptions.https(ServerOptions.loopback(0), TestServer.nodeTls()),
            StreamsTest::answer);
    var api = server.admin();
    api.create(ServiceAccount.RESOURCE, ServiceAccount.EMPTY.withMetadata(World.named("default")));
    var endpoint = DaemonEndpoint.EMPTY.withPort(kubelet.address().getPort());
    var status =
        NodeStatus.EMPTY
            .withAddresses(
                List.of(NodeAddress.EMPTY.withType("InternalIP").withAddress("127.0.0.1")))
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
    admin = Http.as(server, "admin", "system:masters");
  }

  @AfterAll
  static void stop() {
    kubelet.close();
    server.close();
  }

  private static void answer(Exchange exchange) throws Exception {
    var version = exchange.headers().firstOr("X-Stream-Protocol-Version", "");
    if (exchange.rawPath().startsWith("/containerLogs")) {
      exchange.reply(200, "text/plain", "a line\n");
      return;
    }
    if (exchange.rawQuery().contains("refuse")) {
      exchange.reply(404, "text/plain", "container not found (\"c\")");
      return;
    }
    var headers =
        Headers.of(
            "Connection", "Upgrade", "Upgrade", "SPDY/3.1", "X-Stream-Protocol-Version", version);
    try (var upgraded = exchange.upgrade(headers)) {
      if (exchange.rawPath().startsWith("/portForward")) {
        upgraded.output().write(upgraded.input().readNBytes(4));
        upgraded.output().flush();
        return;
      }
      new Shell(SpdySession.server(upgraded), exchange.rawQuery()).run();
    }
  }

  /// Says what it was asked, repeats its standard input in capitals until that ends, and exits with
  /// a failure.
  private static final class Shell implements SpdySession.Listener {
    private final SpdySession session;
    private final String query;
    private final Map<String, Integer> streams = new HashMap<>();

    Shell(SpdySession session, String query) {
      this.session = session;
      this.query = query;
    }

    void run() throws IOException {
      session.run(this);
    }

    @Override
    public void opened(int stream, Map<String, String> headers) throws IOException {
      session.reply(stream);
      streams.put(headers.get("streamtype"), stream);
      if (streams.size() == 4) {
        session.send(stream("stderr"), query.getBytes(UTF_8), false);
      }
    }

    private int stream(String name) {
      return streams.getOrDefault(name, 0);
    }

    @Override
    public void data(int stream, byte[] bytes) throws IOException {
      var text = new String(bytes, UTF_8).toUpperCase(java.util.Locale.ROOT);
      session.send(stream("stdout"), text.getBytes(UTF_8), false);
    }

    @Override
    public void ended(int stream, boolean reset) throws IOException {
      if (stream == stream("stdin")) {
        session.send(stream("stdout"), new byte[0], true);
        session.send(stream("stderr"), new byte[0], true);
        session.send(stream("error"), EXIT_STATUS.getBytes(UTF_8), true);
      }
    }
  }

  /// Collects binary messages as `channel:text`; a close shows as `closed`.
  private static final class Messages implements WebSocket.Listener {
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream part = new ByteArrayOutputStream();

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      var bytes = new byte[data.remaining()];
      data.get(bytes);
      part.writeBytes(bytes);
      if (last) {
        var all = part.toByteArray();
        received.add(
            all.length == 0
                ? "empty"
                : all[0] + ":" + new String(Arrays.copyOfRange(all, 1, all.length), UTF_8));
        part.reset();
      }
      socket.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
      received.add("closed");
      return null;
    }

    String next() throws InterruptedException {
      var message = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(message).as("a message in time").isNotNull();
      return message;
    }
  }

  private static WebSocket open(String path, String protocol, Messages messages) throws Exception {
    return admin.webSocket(protocol).buildAsync(admin.socketUri(POD + path), messages).get();
  }

  private static ByteBuffer bytes(int first, String rest) {
    return ByteBuffer.wrap(
        ((char) first + rest).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
  }

  @Test
  void translatesChannelsAndTheEndOfStandardInput() throws Exception {
    var messages = new Messages();
    var socket =
        open("/exec?command=sh&stdin=true&stdout=true&stderr=true", "v5.channel.k8s.io", messages);

    assertThat(socket.getSubprotocol()).isEqualTo("v5.channel.k8s.io");
    assertThat(messages.next()).isEqualTo("1:");
    assertThat(messages.next()).isEqualTo("2:command=sh&error=1&input=1&output=1");
    socket.sendBinary(bytes(0, "hello"), true).get();
    assertThat(messages.next()).isEqualTo("1:HELLO");
    socket.sendBinary(bytes(255, "\0"), true).get();
    assertThat(messages.next()).isEqualTo("3:" + EXIT_STATUS);
    assertThat(messages.next()).isEqualTo("closed");
  }

  @Test
  void tellsInTheErrorChannelWhyTheKubeletRefuses() throws Exception {
    var messages = new Messages();
    open("/exec?command=refuse&stdout=true", "v5.channel.k8s.io", messages);

    assertThat(messages.next()).isEqualTo("1:");
    assertThat(messages.next())
        .startsWith("3:")
        .contains("unable to upgrade connection: container not found")
        .contains("\"status\":\"Failure\"");
    assertThat(messages.next()).isEqualTo("closed");
  }

  @Test
  void sendsLogsAsMessages() throws Exception {
    var messages = new Messages();
    open("/log", "binary.k8s.io", messages);

    assertThat(messages.next()).isEqualTo("empty");
    assertThat(messages.next()).isEqualTo((int) 'a' + ": line\n");
    assertThat(messages.next()).isEqualTo("closed");
  }

  @Test
  void letsKubectlExec() throws Exception {
    assumeTrue(Files.isExecutable(KUBECTL), "needs kubectl at " + KUBECTL);
    var kubeconfig = directory.resolve("kubeconfig");
    Files.writeString(kubeconfig, server.kubeconfig());
    var builder = new ProcessBuilder(KUBECTL.toString(), "exec", "-i", "web", "--", "sh");
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    builder.environment().put("HOME", directory.toString());
    var process = builder.start();
    try (var stdin = process.getOutputStream()) {
      stdin.write("hello".getBytes(UTF_8));
    }

    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).isEqualTo("HELLO");
    assertThat(new String(process.getErrorStream().readAllBytes(), UTF_8))
        .startsWith("command=sh&error=1&input=1&output=1")
        .contains("command terminated with exit code 3");
    assertThat(process.waitFor()).isEqualTo(3);
  }

  /// By hand: the client of the JDK takes no subprotocol with a slash.
  @Test
  void tunnelsPortForwardsThroughWebSockets() throws Exception {
    var tls =
        TlsSource.fixed(
            new TlsMaterial(server.client("admin", "system:masters"), server.authorities()));
    var to = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
    var headers =
        Headers.of("Connection", "Upgrade", "Upgrade", "websocket")
            .with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
            .with("Sec-WebSocket-Version", "13")
            .with("Sec-WebSocket-Protocol", "SPDY/3.1+portforward.k8s.io");
    var response =
        UpgradeClient.send(
            UpgradeClient.Target.tls(to, tls, "", Duration.ofSeconds(PATIENCE_SECONDS)),
            new UpgradeClient.Request("GET", POD + "/portforward?ports=80", headers));
    try (var stream = response.stream()) {
      byte[] masked = {(byte) 0x82, (byte) 0x84, 0, 0, 0, 0, 'p', 'i', 'n', 'g'};
      stream.output().write(masked);
      stream.output().flush();

      assertThat(response.headers().first("Sec-WebSocket-Protocol"))
          .contains("SPDY/3.1+portforward.k8s.io");
      assertThat(stream.input().readNBytes(6))
          .isEqualTo(new byte[] {(byte) 0x82, 4, 'p', 'i', 'n', 'g'});
    }
  }
}
