package io.kubejar.standalone.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/// A running watch. The server ends it after a bounded time, so that a test whose event does not
/// come fails.
final class WatchStream implements AutoCloseable {
  private final BufferedReader lines;

  /// @param type `ADDED`, `MODIFIED`, `DELETED`, `BOOKMARK` or `ERROR`
  record Event(String type, JsonObject object) {
    String name() {
      return object.object("metadata").text("name");
    }
  }

  WatchStream(HttpResponse<InputStream> response) {
    assertThat(response.statusCode()).isEqualTo(200);
    lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  /// The next event; fails if the watch ends before.
  Event next() throws IOException {
    var line = lines.readLine();
    assertThat(line).as("the next event before the watch ended").isNotNull();
    var event = (JsonObject) JsonParser.parse(line);
    return new Event(event.text("type"), event.object("object"));
  }

  /// The next event of this type, past all others.
  Event next(String type) throws IOException {
    var event = next();
    while (!event.type().equals(type)) {
      event = next();
    }
    return event;
  }

  /// The object of the next event of this type that is as wanted, past all others.
  JsonObject next(String type, Predicate<JsonObject> wanted) throws IOException {
    var object = next(type).object();
    while (!wanted.test(object)) {
      object = next(type).object();
    }
    return object;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
