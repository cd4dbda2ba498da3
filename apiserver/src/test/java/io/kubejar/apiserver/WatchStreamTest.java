package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.meta.v1.PartialObjectMetadata;
import io.kubejar.apimachinery.protobuf.ProtobufEnvelope;
import io.kubejar.apimachinery.protobuf.ProtobufReader;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.VirtualClock;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Watches over HTTP, beside a clock that only the test moves.
@Timeout(120) // A clock that nobody moves any more would wait for ever.
class WatchStreamTest {
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String WATCH = MAPS + "?watch=true&timeoutSeconds=";

  private static final TimersSeen clock = new TimersSeen(new VirtualClock());
  private static TestServer server;
  private static Http http;

  /// A clock that tells what is waited for.
  private record TimersSeen(VirtualClock real, BlockingQueue<Duration> delays) implements Clock {
    TimersSeen(VirtualClock real) {
      this(real, new LinkedBlockingQueue<>());
    }

    @Override
    public Timer schedule(Duration delay, Runnable action) {
      var timer = real.schedule(delay, action);
      delays.add(delay);
      return timer;
    }

    @Override
    public Instant instant() {
      return real.instant();
    }

    /// Moves on as soon as somebody waits for exactly this time.
    void advanceWhenAwaited(Duration delay) throws InterruptedException {
      awaited(delay);
      real.advance(delay);
    }

    /// Returns as soon as somebody waits for exactly this time.
    void awaited(Duration delay) throws InterruptedException {
      while (!delays.take().equals(delay)) {
        // Somebody else's.
      }
    }
  }

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start(clock);
    http = Http.as(server, "admin", "system:masters");
    http.post(MAPS, "{\"metadata\":{\"name\":\"m\"}}");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void setsABookmarkEachMinuteAndJustBeforeTheEnd() throws Exception {
    var at = Http.json(http.get(MAPS)).object("metadata").text("resourceVersion");
    var watch = WATCH + "90&allowWatchBookmarks=true&resourceVersion=" + at;
    clock.delays().clear(); // Ordinary requests have a minute, too.
    try (var lines = http.lines(watch).body()) {
      var events = lines.iterator();
      // The first minute is the one within which a watch must have begun.
      clock.awaited(Duration.ofSeconds(60));
      clock.advanceWhenAwaited(Duration.ofSeconds(60));
      var regular = event(events.next());
      clock.advanceWhenAwaited(Duration.ofSeconds(28));
      var last = event(events.next());
      clock.advanceWhenAwaited(Duration.ofSeconds(2));

      assertThat(events.hasNext()).isFalse();
      for (var bookmark : new JsonObject[] {regular, last}) {
        assertThat(bookmark.text("type")).isEqualTo("BOOKMARK");
        assertThat(bookmark.object("object").text("kind")).isEqualTo("ConfigMap");
        assertThat(bookmark.object("object").object("metadata").text("resourceVersion"))
            .isGreaterThanOrEqualTo(at);
      }
    }
  }

  @Test
  void setsNoBookmarksForThoseWhoDoNotAskForThem() throws Exception {
    try (var lines = http.lines(WATCH + "71&resourceVersion=999").body()) {
      clock.advanceWhenAwaited(Duration.ofSeconds(71));

      assertThat(lines).isEmpty();
    }
  }

  @Test
  void tellsWhenTheInitialEventsAreThrough() throws Exception {
    var streaming = "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan";
    for (var option : new String[] {streaming, ""}) {
      try (var lines = http.lines(WATCH + "80&allowWatchBookmarks=true" + option).body()) {
        var events = lines.iterator();
        var added = event(events.next());
        var end = event(events.next());

        assertThat(added.text("type")).isEqualTo("ADDED");
        assertThat(end.text("type")).isEqualTo("BOOKMARK");
        assertThat(
                end.object("object")
                    .object("metadata")
                    .object("annotations")
                    .text("k8s.io/initial-events-end"))
            .isEqualTo("true");
      }
    }
  }

  @Test
  void beginsWithTheNextChangeIfNoInitialEventsAreWanted() throws Exception {
    var options = "&sendInitialEvents=false&resourceVersionMatch=NotOlderThan";
    try (var lines = http.lines(WATCH + "50" + options).body()) {
      clock.advanceWhenAwaited(Duration.ofSeconds(50));

      assertThat(lines).isEmpty();
    }
  }

  @Test
  void tellsAmongTheEventsThatARevisionIsTooNew() throws Exception {
    var options = "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan";
    var answer = http.get(WATCH + "40&resourceVersion=999999" + options);
    var event = event(new String(answer.body(), StandardCharsets.UTF_8));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(event.text("type")).isEqualTo("ERROR");
    assertThat(event.object("object").text("message"))
        .startsWith("Timeout: Too large resource version: 999999, current: ");
  }

  @Test
  void tellsMetadataInProtobuf() throws Exception {
    var accept = "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
    var answer = http.send("GET", WATCH + "30&resourceVersion=abc", new byte[0], "Accept", accept);
    assertThat(answer.statusCode()).isEqualTo(500);

    try (var in = http.bytes(WATCH + "30", "Accept", accept).body()) {
      int length = ByteBuffer.wrap(in.readNBytes(Integer.BYTES)).getInt();
      var event = ProtobufReader.of(in.readNBytes(length));
      event.nextField();
      assertThat(event.string()).isEqualTo("ADDED");
      event.nextField();
      event.beginMessage();
      event.nextField();
      var object = ProtobufEnvelope.read(event.bytes().toArray());

      assertThat(object.kind()).isEqualTo("PartialObjectMetadata");
      assertThat(object.decode(PartialObjectMetadata.CODEC).metadata().name()).isEqualTo("m");
    }
  }

  @Test
  void doesNotStreamYaml() throws Exception {
    var answer = http.get(WATCH + "20", "Accept", "application/yaml");

    assertThat(answer.statusCode()).isEqualTo(406);
    assertThat(((JsonObject) Yaml.parse(answer.body())).text("message"))
        .isEqualTo(
            "only the following media types are accepted: application/json;stream=watch,"
                + " application/vnd.kubernetes.protobuf;stream=watch");
  }

  @Test
  void refusesTimesThatAreNoNumbers() throws Exception {
    assertThat(Http.status(http.get(WATCH + "soon")))
        .containsEntry("code", "400")
        .containsEntry("message", "strconv.ParseInt: parsing \"soon\": invalid syntax");
  }

  private static JsonObject event(String line) {
    return (JsonObject) JsonParser.parse(line);
  }
}
