package io.kubejar.apimachinery.patch;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A document while a patch changes it. An object or list is opened when something in it changes
/// for the first time, so that many changes of a large one cost no more than it and they are long.
final class OpenDocument {
  private sealed interface Node {}

  /// Not changed yet.
  private record Whole(JsonValue value) implements Node {}

  private record Fields(Map<String, Node> byName) implements Node {}

  private record Items(List<Node> list) implements Node {}

  private Node root;

  OpenDocument(JsonValue document) {
    root = new Whole(document);
  }

  /// The document as it is now.
  JsonValue closed() {
    return closed(root);
  }

  void replaceAll(JsonValue document) {
    root = new Whole(document);
  }

  /// Whether the object or list is there that has, or would have, the place in it.
  boolean reaches(JsonPointer place) {
    if (place.steps().isEmpty()) {
      return false;
    }
    @Nullable Node at = root;
    for (var step : place.stepsBefore()) {
      try {
        at = at == null ? null : child(at, step);
      } catch (PatchMismatchException _) {
        return false;
      }
    }
    return switch (at) {
      case null -> false;
      case Whole(var value) -> value instanceof JsonObject || value instanceof JsonArray;
      case Fields _, Items _ -> true;
    };
  }

  /// The value at a place that is reached; null for a field that is not there.
  JsonValue get(JsonPointer place) {
    return closed(at(place));
  }

  /// Whether that value is this one. The value that is asked for is at most looked through once.
  boolean holds(JsonPointer place, JsonValue expected) {
    return same(place.isRoot() ? root : at(place), expected);
  }

  /// Sets a field, or an item that is there.
  void set(JsonPointer place, JsonValue value) {
    switch (opened(place)) {
      case Fields(var byName) -> byName.put(place.lastStep(), new Whole(value));
      case Items(var list) ->
          list.set(JsonPointer.index(place.lastStep(), list.size()), new Whole(value));
      case Whole _ -> throw new IllegalStateException("Not a container");
    }
  }

  /// Sets a field, or puts an item before the one that is there.
  void add(JsonPointer place, JsonValue value) {
    add(place, new Whole(value));
  }

  private void add(JsonPointer place, Node value) {
    var key = place.lastStep();
    switch (opened(place)) {
      case Fields(var byName) -> byName.put(key, value);
      case Items(var list) ->
          list.add(key.equals("-") ? list.size() : JsonPointer.index(key, list.size() + 1), value);
      case Whole _ -> throw new IllegalStateException("Not a container");
    }
  }

  void remove(JsonPointer place) {
    take(place);
  }

  private Node take(JsonPointer place) {
    var key = place.lastStep();
    return switch (opened(place)) {
      case Fields(var byName) -> {
        var taken = byName.remove(key);
        if (taken == null) {
          throw PatchMismatchException.missing("Unable to remove nonexistent key: " + key);
        }
        yield taken;
      }
      case Items(var list) -> list.remove(JsonPointer.index(key, list.size()));
      case Whole _ -> throw new IllegalStateException("Not a container");
    };
  }

  /// Takes a value away to put it elsewhere.
  ///
  /// @param otherwise what is wrong if there is no such place any more
  void move(JsonPointer from, JsonPointer to, String otherwise) {
    var taken = take(from);
    if (!reaches(to)) {
      throw PatchMismatchException.missing(otherwise);
    }
    add(to, taken);
  }

  private Node at(JsonPointer place) {
    Node at = root;
    for (var step : place.steps()) {
      at = Objects.requireNonNullElse(child(at, step), new Whole(JsonNull.NULL));
    }
    return at;
  }

  private static @Nullable Node child(Node container, String step) {
    return switch (container) {
      case Fields(var byName) -> byName.get(step);
      case Items(var list) -> list.get(JsonPointer.index(step, list.size()));
      case Whole(JsonObject object) -> {
        var value = object.get(step);
        yield value == null ? null : new Whole(value);
      }
      case Whole(JsonArray array) -> new Whole(array.get(JsonPointer.index(step, array.size())));
      case Whole _ -> null;
    };
  }

  /// Opens everything on the way to a place that is reached, and gives what it lies in.
  private Node opened(JsonPointer place) {
    root = opened(root);
    Node at = root;
    for (var step : place.stepsBefore()) {
      var inner = opened(Objects.requireNonNull(child(at, step)));
      switch (at) {
        case Fields(var byName) -> byName.put(step, inner);
        case Items(var list) -> list.set(JsonPointer.index(step, list.size()), inner);
        case Whole _ -> throw new IllegalStateException("Not a container");
      }
      at = inner;
    }
    return at;
  }

  private static Node opened(Node node) {
    return switch (node) {
      case Whole(JsonObject object) -> {
        var fields = LinkedHashMap.<String, Node>newLinkedHashMap(object.size());
        object.fields().forEach((name, value) -> fields.put(name, new Whole(value)));
        yield new Fields(fields);
      }
      case Whole(JsonArray(var values)) -> {
        var items = new ArrayList<Node>(values.size());
        values.forEach(value -> items.add(new Whole(value)));
        yield new Items(items);
      }
      case Whole _, Fields _, Items _ -> node;
    };
  }

  private static JsonValue closed(Node node) {
    return switch (node) {
      case Whole(var value) -> value;
      case Fields(var byName) -> {
        var fields = LinkedHashMap.<String, JsonValue>newLinkedHashMap(byName.size());
        byName.forEach((name, field) -> fields.put(name, closed(field)));
        yield new JsonObject(fields);
      }
      case Items(var list) -> new JsonArray(list.stream().map(OpenDocument::closed).toList());
    };
  }

  private static boolean same(@Nullable Node node, JsonValue expected) {
    return switch (node) {
      case Whole(var value) -> value.equals(expected);
      case Fields(var byName) ->
          expected instanceof JsonObject object
              && object.size() == byName.size()
              && object.fields().entrySet().stream()
                  .allMatch(field -> same(byName.get(field.getKey()), field.getValue()));
      case Items(var list) -> {
        boolean same = expected instanceof JsonArray array && array.size() == list.size();
        for (int i = 0; same && i < list.size(); i++) {
          same = same(list.get(i), ((JsonArray) expected).get(i));
        }
        yield same;
      }
      case null -> false;
    };
  }
}
