package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Watches over WebSockets, as browsers have them.
class WebSocketTest {
  private static final String MAPS = "/api/v1/namespaces/default/configmaps?watch=true";
  private static final String ORIGIN = "https://dashboard.example";
  private static final long PATIENCE_SECONDS = 20;

  private static TestServer server;
  private static Http admin;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start();
    admin = Http.as(server, "admin", "system:masters");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /// Collects messages; a close shows as `closed`.
  private static final class Messages implements WebSocket.Listener {
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final StringBuilder part = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      part.append(data);
      if (last) {
        received.add(part.toString());
        part.setLength(0);
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

  @Test
  void sendsEachEventAsAMessage() throws Exception {
    var messages = new Messages();
    var socket =
        admin
            .webSocket("base64.binary.k8s.io", "Origin", ORIGIN)
            .buildAsync(admin.socketUri(MAPS), messages)
            .get();
    server.admin().create(ConfigMap.RESOURCE, ConfigMap.EMPTY.withMetadata(World.named("one")));
    server.admin().create(ConfigMap.RESOURCE, ConfigMap.EMPTY.withMetadata(World.named("two")));

    assertThat(socket.getSubprotocol()).isEqualTo("base64.binary.k8s.io");
    assertThat(named(messages.next())).isEqualTo("ADDED one");
    assertThat(named(messages.next())).isEqualTo("ADDED two");
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get();
    assertThat(messages.next()).isEqualTo("closed");
  }

  private static String named(String event) {
    var json = (JsonObject) JsonParser.parse(event.getBytes(StandardCharsets.UTF_8));
    return json.text("type") + " " + json.object("object").object("metadata").text("name");
  }

  @Test
  void endsWithItsTimeAlsoUnderTheOldPath() throws Exception {
    var messages = new Messages();
    var _ =
        admin
            .webSocket("", "Origin", ORIGIN)
            .buildAsync(
                admin.socketUri("/api/v1/watch/namespaces/kube-public/configmaps?timeoutSeconds=1"),
                messages)
            .get();

    assertThat(messages.next()).isEqualTo("closed");
  }

  @Test
  void wantsToKnowWhereBrowsersComeFrom() {
    var refused = admin.webSocket("").buildAsync(admin.socketUri(MAPS), new Messages());

    assertThatThrownBy(refused::get)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            WebSocketHandshakeException.class,
            answer -> assertThat(answer.getResponse().statusCode()).isEqualTo(403));
  }
}
