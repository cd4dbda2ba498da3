package io.kubejar.kubelet;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodStatus;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The difference of two statuses as a strategic merge patch: of the conditions only those that
/// changed, as others own some of them.
final class StatusPatch {
  private StatusPatch() {}

  /// Answers the patch, or nothing when the statuses are the same. It names the uid: a pod of the
  /// same name made since must not get it.
  static Optional<String> of(Pod pod, PodStatus now) {
    var before = tree(pod.status());
    var after = tree(now);
    var changed = new LinkedHashMap<String, JsonValue>();
    after.forEach(
        (name, value) -> {
          if (!value.equals(before.get(name))) {
            changed.put(
                name, name.equals("conditions") ? conditions(before.get(name), value) : value);
          }
        });
    before.keySet().stream()
        .filter(name -> !after.containsKey(name))
        .forEach(name -> changed.put(name, JsonNull.NULL));
    if (changed.isEmpty()) {
      return Optional.empty();
    }
    for (String list : new String[] {"podIPs", "hostIPs"}) {
      if (changed.get(list) instanceof JsonArray addresses) {
        // Merged by address they would only ever grow.
        var replaced = new ArrayList<JsonValue>();
        replaced.add(JsonObject.of("$patch", new JsonString("replace")));
        addresses.forEach(replaced::add);
        changed.put(list, new JsonArray(replaced));
      }
    }
    var metadata = JsonObject.of("uid", new JsonString(pod.metadata().uid()));
    var patch = JsonObject.of("metadata", metadata).with("status", new JsonObject(changed));
    return Optional.of(patch.toString());
  }

  private static Map<String, JsonValue> tree(PodStatus status) {
    return PodStatus.CODEC.toTree(status) instanceof JsonObject object ? object.fields() : Map.of();
  }

  private static JsonValue conditions(@Nullable JsonValue before, JsonValue after) {
    if (!(after instanceof JsonArray list)) {
      return after;
    }
    var old = before instanceof JsonArray array ? array.values() : List.<JsonValue>of();
    return new JsonArray(
        list.values().stream()
            .filter(one -> !old.contains(one))
            .map(one -> one instanceof JsonObject condition ? cleared(condition, old) : one)
            .toList());
  }

  /// Merging keeps fields that are not named: those that went away are to be taken away by name.
  private static JsonValue cleared(JsonObject condition, List<JsonValue> old) {
    var fields = new LinkedHashMap<>(condition.fields());
    for (var one : old) {
      if (one instanceof JsonObject before && before.text("type").equals(condition.text("type"))) {
        before.fields().keySet().forEach(name -> fields.putIfAbsent(name, JsonNull.NULL));
      }
    }
    return new JsonObject(fields);
  }
}
