package io.kubejar;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kubejar.client.Kubeconfig;
import io.kubejar.client.ServerAccess;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A client in another process, as far as the cluster can tell: the JDK's, with the administrator's
/// certificate.
final class Remote implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ServerAccess access;
  private final HttpClient client;

  Remote(Cluster cluster) {
    access =
        Uninterrupted.get(() -> Kubeconfig.parse(cluster.kubeconfig(), Path.of("")).access("test"));
    client =
        HttpClient.newBuilder()
            .sslContext(Objects.requireNonNull(access.tls()))
            .connectTimeout(PATIENCE)
            .build();
  }

  /// Status and body.
  String get(String path) throws Exception {
    var answer = client.send(request(path), BodyHandlers.ofString());
    return answer.statusCode() + " " + answer.body();
  }

  /// The lines of an answer as they come.
  BufferedReader follow(String path) throws Exception {
    var answer = client.send(request(path), BodyHandlers.ofInputStream());
    return new BufferedReader(new InputStreamReader(answer.body(), UTF_8));
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(access.server().resolve(path)).build();
  }

  Messages open(String path, String protocol) throws Exception {
    var messages = new Messages();
    var uri = URI.create(access.server().resolve(path).toString().replaceFirst("^http", "ws"));
    messages.socket =
        client
            .newWebSocketBuilder()
            .subprotocols(protocol)
            .connectTimeout(PATIENCE)
            .buildAsync(uri, messages)
            .get();
    return messages;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  /// Collects binary messages as `channel:text`; a close shows as `closed`.
  static final class Messages implements WebSocket.Listener {
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream part = new ByteArrayOutputStream();
    private @Nullable WebSocket socket;

    void send(int channel, String text) throws Exception {
      var bytes = text.getBytes(UTF_8);
      var message = ByteBuffer.allocate(bytes.length + 1).put((byte) channel).put(bytes).flip();
      Objects.requireNonNull(socket).sendBinary(message, true).get();
    }

    String next() throws InterruptedException {
      return String.valueOf(received.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
      var bytes = new byte[data.remaining()];
      data.get(bytes);
      part.writeBytes(bytes);
      if (last) {
        var all = part.toByteArray();
        received.add(all[0] + ":" + new String(Arrays.copyOfRange(all, 1, all.length), UTF_8));
        part.reset();
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
      received.add("closed");
      return null;
    }
  }
}
