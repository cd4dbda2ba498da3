package io.kubejar.apimachinery.apply;

import io.kubejar.apimachinery.apply.PathElement.FieldName;
import io.kubejar.apimachinery.apply.PathElement.Index;
import io.kubejar.apimachinery.apply.PathElement.KeyField;
import io.kubejar.apimachinery.apply.PathElement.Value;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.Optional;

/// The wire form of a [FieldSet]:
/// `{"f:spec":{"f:containers":{"k:{\"name\":\"web\"}":{".":{},"f:image":{}}}}}`.
final class FieldSetJson {
  private static final String SELF = ".";

  private FieldSetJson() {}

  static JsonObject write(FieldSet set) {
    var fields = new LinkedHashMap<String, JsonValue>();
    for (var node : set.nodes()) {
      fields.put(text(node.element()), write(node));
    }
    return fields.isEmpty() ? JsonObject.EMPTY : new JsonObject(fields);
  }

  private static JsonObject write(FieldSet.Node node) {
    var below = write(node.below());
    if (!node.member() || below.isEmpty()) {
      return below;
    }
    var withSelf = new LinkedHashMap<String, JsonValue>();
    withSelf.put(SELF, JsonObject.EMPTY);
    withSelf.putAll(below.fields());
    return new JsonObject(withSelf);
  }

  static FieldSet read(JsonObject fields) {
    var builder = new FieldSetBuilder();
    read(fields, builder);
    return builder.build();
  }

  /// True if nothing is below.
  private static boolean read(JsonObject fields, FieldSetBuilder builder) {
    boolean leaf = true;
    for (var field : fields.fields().entrySet()) {
      if (field.getKey().equals(SELF)) {
        builder.markMember();
        continue;
      }
      var element = element(field.getKey());
      if (element.isEmpty()) {
        continue;
      }
      if (!(field.getValue() instanceof JsonObject below)) {
        throw new IllegalArgumentException("expected an object below " + field.getKey());
      }
      leaf = false;
      var child = builder.at(element.get());
      if (read(below, child)) {
        child.markMember();
      }
    }
    return leaf;
  }

  private static String text(PathElement element) {
    return switch (element) {
      case FieldName(var name) -> "f:" + name;
      case Value(var value) -> "v:" + JsonPrinter.print(value);
      case Index(var index) -> "i:" + index;
      case PathElement.Key(var fields) -> {
        var keys = new LinkedHashMap<String, JsonValue>();
        fields.forEach(field -> keys.put(field.name(), field.value()));
        yield "k:" + JsonPrinter.print(new JsonObject(keys));
      }
    };
  }

  private static Optional<PathElement> element(String text) {
    if (text.length() < 2) {
      throw new IllegalArgumentException("key must be 2 characters long: " + text);
    }
    if (text.charAt(1) != ':') {
      throw new IllegalArgumentException("missing colon: " + text);
    }
    var content = text.substring(2);
    return switch (text.charAt(0)) {
      case 'f' -> Optional.of(new FieldName(content));
      case 'v' -> Optional.of(new Value(json(content)));
      case 'i' -> Optional.of(new Index(Integer.parseInt(content)));
      case 'k' -> Optional.of(key(json(content)));
      default -> Optional.empty();
    };
  }

  private static JsonValue json(String text) {
    try {
      return JsonParser.parse(text);
    } catch (JsonFormatException broken) {
      throw new IllegalArgumentException(broken.getMessage(), broken);
    }
  }

  private static PathElement.Key key(JsonValue keys) {
    if (!(keys instanceof JsonObject object)) {
      throw new IllegalArgumentException("expected an object as key: " + keys);
    }
    return new PathElement.Key(
        object.fields().entrySet().stream()
            .map(field -> new KeyField(field.getKey(), field.getValue()))
            .toList());
  }
}
