package io.kubejar.apimachinery.patch;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.schema.TypeSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// How the items of a list are merged and ordered by a strategic merge patch.
///
/// @param mergeKey the field that tells objects apart; empty for a list of single values
/// @param items the type of the items
record MergingList(String mergeKey, TypeSchema items) {

  /// The items of both lists, those with the same key merged; in the order of the patch, with what
  /// only the server has put where it was.
  List<JsonValue> merge(List<JsonValue> original, List<JsonValue> patch) {
    if (original.isEmpty() && patch.isEmpty()) {
      return original;
    }
    if (!ofObjects(original, patch)) {
      var both = new LinkedHashSet<>(original);
      both.addAll(patch);
      return ordered(List.copyOf(both), patch, original);
    }
    if (mergeKey.isEmpty()) {
      throw ApiException.unexplained("cannot merge lists without merge key for struct");
    }
    var plain = new ArrayList<JsonValue>();
    var deleted = new HashSet<JsonValue>();
    boolean replace = false;
    for (var item : patch) {
      replace |= direct((JsonObject) item, deleted, plain);
    }
    var kept = new ArrayList<>(original);
    kept.removeIf(old -> deleted.contains(((JsonObject) old).get(mergeKey)));
    var merged = replace ? plain : mergedByKey(kept, plain);
    return ordered(merged, replace ? List.of() : plain, replace ? plain : kept);
  }

  /// Whether these are lists of objects. Lists of lists, and mixed ones, are refused.
  private static boolean ofObjects(List<JsonValue> original, List<JsonValue> patch) {
    var all = new ArrayList<>(original);
    all.addAll(patch);
    var first = all.getFirst();
    if (first instanceof JsonArray) {
      throw Directives.listsOfLists();
    }
    for (var item : all) {
      if (!Directives.goType(item).equals(Directives.goType(first))) {
        throw ApiException.unexplained(
            "list element types are not identical: ["
                + Directives.shown(original)
                + " "
                + Directives.shown(patch)
                + "]");
      }
    }
    return first instanceof JsonObject;
  }

  /// Carries out an item that is a directive, or puts it with the others. True if it says to
  /// replace the list.
  private boolean direct(JsonObject item, Set<JsonValue> deleted, List<JsonValue> plain) {
    var directive = item.get(Directives.PATCH);
    if (directive == null) {
      plain.add(item);
      return false;
    }
    if (directive instanceof JsonString(var word)) {
      switch (word) {
        case "delete" -> {
          deleted.add(key(item));
          return false;
        }
        case "replace" -> {
          return true;
        }
        case "merge" ->
            throw ApiException.unexplained("merging lists cannot yet be specified in the patch");
        default -> {}
      }
    }
    throw Directives.unknownDirective(directive, item);
  }

  private List<JsonValue> mergedByKey(List<JsonValue> original, List<JsonValue> patch) {
    var merged = new ArrayList<>(original);
    var places = new HashMap<JsonValue, Integer>();
    for (int i = 0; i < merged.size(); i++) {
      var key = ((JsonObject) merged.get(i)).get(mergeKey);
      if (key != null) {
        places.putIfAbsent(key, i);
      }
    }
    for (var item : patch) {
      var place = places.putIfAbsent(key(item), merged.size());
      if (place == null) {
        merged.add(item);
      } else {
        var old = (JsonObject) merged.get(place);
        merged.set(place, StrategicMergePatch.merge(old, (JsonObject) item, items));
      }
    }
    return merged;
  }

  /// The items in the order of `order`; those that it does not name come where the order of the
  /// server had them.
  List<JsonValue> ordered(
      List<JsonValue> merged, List<JsonValue> order, List<JsonValue> serverOrder) {
    var wanted = places(order);
    var had = places(serverOrder);
    var named = new ArrayList<JsonValue>();
    var others = new ArrayList<JsonValue>();
    for (var item : merged) {
      (wanted.containsKey(key(item)) ? named : others).add(item);
    }
    named.sort((a, b) -> Integer.compare(place(wanted, a), place(wanted, b)));
    others.sort((a, b) -> Integer.compare(place(had, a), place(had, b)));
    return interleaved(others, named, had);
  }

  private List<JsonValue> interleaved(
      List<JsonValue> others, List<JsonValue> named, Map<JsonValue, Integer> had) {
    var result = new ArrayList<JsonValue>(others.size() + named.size());
    int i = 0;
    int j = 0;
    while (i < others.size() && j < named.size()) {
      var mine = had.get(key(others.get(i)));
      var theirs = had.get(key(named.get(j)));
      boolean first = mine != null && theirs != null && mine < theirs;
      result.add(first ? others.get(i++) : named.get(j++));
    }
    result.addAll(others.subList(i, others.size()));
    result.addAll(named.subList(j, named.size()));
    return result;
  }

  private int place(Map<JsonValue, Integer> places, JsonValue item) {
    return places.getOrDefault(key(item), Integer.MAX_VALUE);
  }

  private Map<JsonValue, Integer> places(List<JsonValue> items) {
    var places = new LinkedHashMap<JsonValue, Integer>();
    for (var item : items) {
      places.putIfAbsent(key(item), places.size());
    }
    return places;
  }

  /// What tells the item from the others.
  private JsonValue key(JsonValue item) {
    if (mergeKey.isEmpty()) {
      return item;
    }
    if (!(item instanceof JsonObject object)) {
      throw Directives.wrongType("map[string]interface {}", item);
    }
    var key = object.get(mergeKey);
    if (key == null) {
      throw Directives.noMergeKey(object, mergeKey);
    }
    return key;
  }

  /// Refuses a patch whose items are not in the order it asks for itself.
  void requireSameOrder(List<JsonValue> patch, List<JsonValue> order) {
    if (patch.isEmpty() || order.isEmpty()) {
      return;
    }
    var keys = order.stream().map(this::key).toList();
    int at = 0;
    for (var item : patch) {
      if (Directives.has(item)) {
        continue;
      }
      var key = key(item);
      while (at < keys.size() && !keys.get(at).equals(key)) {
        at++;
      }
      if (at++ == keys.size()) {
        throw ApiException.unexplained(
            "The order in patch list:\n"
                + Directives.shown(patch)
                + "\n doesn't match $setElementOrder list:\n"
                + Directives.shown(order)
                + "\n");
      }
    }
  }
}
