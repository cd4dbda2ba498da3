package io.kubejar.apiserver.connect;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apiserver.request.Response;
import io.kubejar.http.Exchange;
import io.kubejar.http.Headers;
import io.kubejar.http.SpdySession;
import io.kubejar.http.UpgradeClient;
import io.kubejar.http.WebSocketStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// exec and attach for clients that speak WebSocket of the newest protocol, which can tell the end
/// of standard input. Kubelets and runtimes speak SPDY: each channel of the one side is a stream of
/// the other.
///
/// @param target path and query at the kubelet
/// @param wanted which streams there are
record StreamTranslator(Backend kubelet, String target, Wanted wanted) {
  static final String PROTOCOL = "v5.channel.k8s.io";

  private static final Logger log = LoggerFactory.getLogger(StreamTranslator.class);
  private static final String VERSION = "X-Stream-Protocol-Version";

  /// The newest protocol that SPDY servers know: its error stream is a `Status`.
  private static final String SPDY_PROTOCOL = "v4.channel.k8s.io";

  private static final int REFUSAL_MAX = 50_000;

  /// Which streams a client asked for.
  record Wanted(boolean stdin, boolean stdout, boolean stderr, boolean tty) {}

  Response open() {
    return new Response.TakenOver(this::converse);
  }

  private void converse(Exchange exchange) throws IOException, InterruptedException {
    try (var socket = exchange.webSocket(PROTOCOL, Headers.EMPTY)) {
      var client = new ChannelSocket(socket, wanted);
      client.greet();
      try (var connection = dial().stream()) {
        exchange.onCancel(connection::close);
        translate(client, SpdySession.client(connection), socket);
      } catch (ApiException refused) {
        client.status(Status.CODEC.toJson(refused.status()));
      }
    }
  }

  private UpgradeClient.Response dial() {
    var headers =
        Headers.of("Connection", "Upgrade", "Upgrade", SpdySession.PROTOCOL)
            .with(VERSION, SPDY_PROTOCOL)
            .with("Content-Length", "0");
    UpgradeClient.Response answer;
    try {
      answer = ReverseProxy.dial(kubelet, "POST", target, headers);
    } catch (ApiException unreachable) {
      throw ApiException.internal(unreachable.status().message());
    }
    if (answer.upgraded()) {
      return answer;
    }
    try (var stream = answer.stream()) {
      var why = new String(stream.input().readNBytes(REFUSAL_MAX), StandardCharsets.UTF_8);
      throw ApiException.internal("unable to upgrade connection: " + why);
    } catch (IOException broken) {
      throw ApiException.internal(broken);
    }
  }

  private void translate(ChannelSocket client, SpdySession kubelet, WebSocketStream socket)
      throws IOException, InterruptedException {
    var streams = RemoteStreams.open(kubelet, wanted, client);
    var reader = Thread.ofVirtual().name("exec").start(() -> read(client, streams, kubelet));
    try {
      kubelet.run(streams);
    } catch (IOException ended) {
      log.debug("exec ended: {}", ended.toString());
    }
    client.status(streams.status());
    socket.close();
    reader.join();
  }

  /// Passes on what the client says; its end ends everything.
  private static void read(ChannelSocket client, RemoteStreams streams, SpdySession kubelet) {
    try {
      client.read(streams.fromClient());
    } catch (IOException gone) {
      log.debug("exec client gone: {}", gone.toString());
    } finally {
      kubelet.close();
    }
  }
}
