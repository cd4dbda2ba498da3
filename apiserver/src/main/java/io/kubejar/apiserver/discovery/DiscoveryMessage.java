package io.kubejar.apiserver.discovery;

import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonReader;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.json.JsonWriter;
import io.kubejar.apimachinery.protobuf.ProtobufReader;
import io.kubejar.apimachinery.protobuf.ProtobufWriter;
import java.util.List;

/// The protobuf form of discovery's documents, which are made as JSON trees. They are only written,
/// never read.
///
/// @param fields in the order of their numbers
record DiscoveryMessage(List<Field> fields) implements Codec<JsonObject> {

  /// One field of a message.
  sealed interface Field {
    int number();

    String name();
  }

  /// Text, a truth value or a list of texts.
  record Plain(int number, String name) implements Field {}

  /// A message, or a list of them.
  record Nested(int number, String name, DiscoveryMessage message) implements Field {}

  /// A list of texts in a message of its own.
  record Wrapped(int number, String name) implements Field {}

  private static final DiscoveryMessage ADDRESS =
      of(new Plain(1, "clientCIDR"), new Plain(2, "serverAddress"));
  private static final DiscoveryMessage GROUP_VERSION =
      of(new Plain(1, "groupVersion"), new Plain(2, "version"));
  private static final DiscoveryMessage KIND =
      of(new Plain(1, "group"), new Plain(2, "version"), new Plain(3, "kind"));
  private static final DiscoveryMessage METADATA = of(new Plain(1, "name"));
  private static final DiscoveryMessage RESOURCE =
      of(
          new Plain(1, "name"),
          new Plain(2, "namespaced"),
          new Plain(3, "kind"),
          new Wrapped(4, "verbs"),
          new Plain(5, "shortNames"),
          new Plain(6, "singularName"),
          new Plain(7, "categories"),
          new Plain(8, "group"),
          new Plain(9, "version"),
          new Plain(10, "storageVersionHash"));
  private static final DiscoveryMessage SUBRESOURCE_DISCOVERY =
      of(
          new Plain(1, "subresource"),
          new Nested(2, "responseKind", KIND),
          new Nested(3, "acceptedTypes", KIND),
          new Plain(4, "verbs"));
  private static final DiscoveryMessage RESOURCE_DISCOVERY =
      of(
          new Plain(1, "resource"),
          new Nested(2, "responseKind", KIND),
          new Plain(3, "scope"),
          new Plain(4, "singularResource"),
          new Plain(5, "verbs"),
          new Plain(6, "shortNames"),
          new Plain(7, "categories"),
          new Nested(8, "subresources", SUBRESOURCE_DISCOVERY));
  private static final DiscoveryMessage VERSION_DISCOVERY =
      of(
          new Plain(1, "version"),
          new Nested(2, "resources", RESOURCE_DISCOVERY),
          new Plain(3, "freshness"));
  private static final DiscoveryMessage GROUP_DISCOVERY =
      of(new Nested(1, "metadata", METADATA), new Nested(2, "versions", VERSION_DISCOVERY));

  static final DiscoveryMessage VERSIONS =
      of(new Plain(1, "versions"), new Nested(2, "serverAddressByClientCIDRs", ADDRESS));
  static final DiscoveryMessage GROUP =
      of(
          new Plain(1, "name"),
          new Nested(2, "versions", GROUP_VERSION),
          new Nested(3, "preferredVersion", GROUP_VERSION),
          new Nested(4, "serverAddressByClientCIDRs", ADDRESS));
  static final DiscoveryMessage GROUPS = of(new Nested(1, "groups", GROUP));
  static final DiscoveryMessage RESOURCES =
      of(new Plain(1, "groupVersion"), new Nested(2, "resources", RESOURCE));
  static final DiscoveryMessage GROUP_DISCOVERIES =
      of(new Nested(1, "metadata", METADATA), new Nested(2, "items", GROUP_DISCOVERY));

  private static DiscoveryMessage of(Field... fields) {
    return new DiscoveryMessage(List.of(fields));
  }

  /// The message of a document of this kind.
  static DiscoveryMessage ofKind(String kind) {
    return switch (kind) {
      case "APIVersions" -> VERSIONS;
      case "APIGroupList" -> GROUPS;
      case "APIGroup" -> GROUP;
      case "APIResourceList" -> RESOURCES;
      case "APIGroupDiscoveryList" -> GROUP_DISCOVERIES;
      default -> throw new IllegalArgumentException("no document of discovery: " + kind);
    };
  }

  @Override
  public void writeProtobuf(JsonObject value, ProtobufWriter out) {
    for (var field : fields.reversed()) {
      var found = value.get(field.name());
      if (found != null) {
        write(field, value, found, out);
      }
    }
  }

  private static void write(Field field, JsonObject parent, JsonValue value, ProtobufWriter out) {
    switch (field) {
      case Plain(var number, var name) -> {
        switch (value) {
          case JsonString(var text) -> out.string(number, text);
          case JsonBoolean truth -> out.bool(number, truth.equals(JsonBoolean.of(true)));
          default -> out.strings(number, texts(parent, name));
        }
      }
      case Nested(var number, var name, var message) -> {
        if (value instanceof JsonObject object) {
          out.message(number, object, message);
        } else {
          out.messages(number, objects(parent, name), message);
        }
      }
      case Wrapped(var number, var name) -> {
        int before = out.size();
        out.strings(1, texts(parent, name));
        out.endMessage(number, before);
      }
    }
  }

  private static List<String> texts(JsonObject parent, String name) {
    return parent.list(name).stream()
        .filter(JsonString.class::isInstance)
        .map(text -> ((JsonString) text).value())
        .toList();
  }

  private static List<JsonObject> objects(JsonObject parent, String name) {
    return parent.list(name).stream()
        .filter(JsonObject.class::isInstance)
        .map(JsonObject.class::cast)
        .toList();
  }

  @Override
  public void writeJson(JsonObject value, JsonWriter out) {
    throw new UnsupportedOperationException("discovery's documents are JSON already");
  }

  @Override
  public JsonObject readJson(JsonReader in) {
    throw new UnsupportedOperationException("discovery's documents are only written");
  }

  @Override
  public JsonObject readProtobuf(ProtobufReader in) {
    throw new UnsupportedOperationException("discovery's documents are only written");
  }
}
