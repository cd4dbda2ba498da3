package io.kubejar.client;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonReader;
import io.kubejar.apimachinery.meta.v1.Status;

/// Reads the messages of a watch.
record WatchFrames<T extends KubernetesObject>(Codec<T> codec) {
  private static final String INITIAL_EVENTS_END = "k8s.io/initial-events-end";

  WatchEvent<T> read(byte[] json) {
    try {
      var reader = JsonReader.of(json);
      reader.beginObject("WatchEvent");
      String type = "";
      WatchEvent<T> event = null;
      for (var name = reader.nextName(); name != null; name = reader.nextName()) {
        switch (name) {
          case "type" -> type = reader.string();
          case "object" -> event = event(type, reader);
          default -> reader.skip();
        }
      }
      return event == null ? broken("a watch event without an object") : event;
    } catch (JsonFormatException unreadable) {
      return broken("a watch event that cannot be read: " + unreadable.getMessage());
    }
  }

  /// The type stands before the object in every message that upstream or this project writes.
  private WatchEvent<T> event(String type, JsonReader reader) {
    return switch (type) {
      case "ADDED" -> new WatchEvent.Added<>(codec.readJson(reader));
      case "MODIFIED" -> new WatchEvent.Modified<>(codec.readJson(reader));
      case "DELETED" -> new WatchEvent.Deleted<>(codec.readJson(reader));
      case "BOOKMARK" -> bookmark(reader);
      case "ERROR" -> new WatchEvent.Failed<>(Status.CODEC.readJson(reader));
      default -> {
        reader.skip();
        yield broken("a watch event of an unknown type: " + type);
      }
    };
  }

  private static <T extends KubernetesObject> WatchEvent<T> bookmark(JsonReader reader) {
    var metadata =
        reader.value() instanceof JsonObject object ? object.object("metadata") : JsonObject.EMPTY;
    boolean end = metadata.object("annotations").text(INITIAL_EVENTS_END).equals("true");
    return new WatchEvent.Bookmark<>(metadata.text("resourceVersion"), end);
  }

  static <T extends KubernetesObject> WatchEvent<T> broken(String why) {
    return new WatchEvent.Failed<>(ApiException.internal(why).status());
  }
}
