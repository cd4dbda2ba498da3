package io.kubejar.apiserver.validation;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What differs between two states of an object, for people. Upstream shows it in many more words.
final class Differences {
  private Differences() {}

  /// One line for each path that differs.
  static String between(String path, JsonValue old, JsonValue now) {
    var paths = new TreeSet<String>();
    compare(path, old, now, paths);
    return "  " + String.join("\n  ", paths) + "\n";
  }

  private static void compare(
      String path, @Nullable JsonValue old, @Nullable JsonValue now, Set<String> paths) {
    if (Objects.equals(old, now)) {
      return;
    }
    if (!(old instanceof JsonObject before) || !(now instanceof JsonObject after)) {
      paths.add(path + ": " + old + " -> " + now);
      return;
    }
    var names = new TreeSet<>(before.fields().keySet());
    names.addAll(after.fields().keySet());
    names.forEach(name -> compare(path + "." + name, before.get(name), after.get(name), paths));
  }
}
