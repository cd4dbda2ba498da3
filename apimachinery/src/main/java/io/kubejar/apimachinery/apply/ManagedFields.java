package io.kubejar.apimachinery.apply;

import io.kubejar.apimachinery.apply.ManagerId.Operation;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The `metadata.managedFields` of an object: what each manager owns.
final class ManagedFields {
  private static final String FIELDS_V1 = "FieldsV1";

  private ManagedFields() {}

  /// Reads the entries of an object. The map is the caller's.
  ///
  /// @throws IllegalArgumentException if an entry is malformed
  static Map<ManagerId, ManagedSet> decode(List<JsonValue> entries) {
    var managers = new TreeMap<ManagerId, ManagedSet>();
    for (int i = 0; i < entries.size(); i++) {
      decode(entries.get(i), i, managers);
    }
    return managers;
  }

  private static void decode(JsonValue value, int index, Map<ManagerId, ManagedSet> managers) {
    var entry = value instanceof JsonObject object ? object : JsonObject.EMPTY;
    var operation =
        switch (entry.text("operation")) {
          case "Apply" -> Operation.APPLY;
          case "Update" -> Operation.UPDATE;
          default -> throw new IllegalArgumentException("operation must be `Apply` or `Update`");
        };
    var apiVersion = entry.text("apiVersion");
    if (apiVersion.isEmpty()) {
      throw new IllegalArgumentException("apiVersion must not be empty");
    }
    var type = entry.text("fieldsType");
    if (type.isEmpty()) {
      throw new IllegalArgumentException("missing fieldsType in managed fields entry " + index);
    }
    if (!type.equals(FIELDS_V1)) {
      throw new IllegalArgumentException(
          "invalid fieldsType \"" + type + "\" in managed fields entry " + index);
    }
    var id =
        new ManagerId(
            entry.text("manager"),
            operation,
            operation == Operation.APPLY ? "" : apiVersion,
            entry.text("subresource"));
    var time = entry.get("time") instanceof JsonString(var text) ? text : null;
    managers.put(id, new ManagedSet(FieldSet.fromJson(entry.object("fieldsV1")), apiVersion, time));
  }

  /// Writes the entries: applied before updated, old before new.
  static List<JsonValue> encode(Map<ManagerId, ManagedSet> managers) {
    return managers.entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<ManagerId, ManagedSet> e) -> e.getKey().operation())
                .thenComparing(e -> e.getValue().time() == null ? "" : e.getValue().time())
                .thenComparing(e -> e.getKey().manager())
                .thenComparing(e -> e.getValue().apiVersion())
                .thenComparing(e -> e.getKey().subresource()))
        .map(entry -> encode(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static JsonValue encode(ManagerId id, ManagedSet set) {
    var entry = new LinkedHashMap<String, JsonValue>();
    entry.put("manager", new JsonString(id.manager()));
    entry.put("operation", new JsonString(id.operation().wire()));
    entry.put("apiVersion", new JsonString(set.apiVersion()));
    var time = set.time();
    if (time != null) {
      entry.put("time", new JsonString(time));
    }
    entry.put("fieldsType", new JsonString(FIELDS_V1));
    entry.put("fieldsV1", set.fields().toJson());
    if (!id.subresource().isEmpty()) {
      entry.put("subresource", new JsonString(id.subresource()));
    }
    return new JsonObject(entry);
  }

  /// The entries of an object as they are written.
  static List<JsonValue> of(JsonObject object) {
    return object.object("metadata").list("managedFields");
  }

  static JsonObject with(JsonObject object, List<JsonValue> entries) {
    if (entries.isEmpty()) {
      return without(object);
    }
    var metadata = object.object("metadata");
    return object.with("metadata", metadata.with("managedFields", new JsonArray(entries)));
  }

  static JsonObject without(JsonObject object) {
    var metadata = object.object("metadata");
    return metadata.has("managedFields")
        ? object.with("metadata", metadata.without("managedFields"))
        : object;
  }

  /// Whether the writer asks to forget all managers: by an empty list, or by one empty entry.
  static boolean isReset(JsonObject object) {
    return object.object("metadata").get("managedFields") instanceof JsonArray(var entries)
        && (entries.isEmpty()
            || (entries.size() == 1
                && entries.getFirst() instanceof JsonObject only
                && only.fields().values().stream().allMatch(ManagedFields::isZero)));
  }

  private static boolean isZero(JsonValue value) {
    return value instanceof JsonNull || value.equals(JsonString.EMPTY);
  }
}
