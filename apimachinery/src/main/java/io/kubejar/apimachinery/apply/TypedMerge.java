package io.kubejar.apimachinery.apply;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.schema.TypeSchema;
import io.kubejar.apimachinery.schema.TypeSchema.ListOf;
import io.kubejar.apimachinery.schema.TypeSchema.Scalar;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Merges what is applied into what is there.
final class TypedMerge {
  private TypedMerge() {}

  static JsonValue merge(JsonValue live, JsonValue config, TypeSchema type) {
    var merged = merged(live, config, type);
    return merged == null ? JsonNull.NULL : merged;
  }

  private static @Nullable JsonValue merged(
      @Nullable JsonValue left, @Nullable JsonValue right, TypeSchema type) {
    var atom = right == null ? Atoms.of(type, left) : Atoms.of(type, right);
    return switch (atom) {
      case Scalar _ -> kept(left, right);
      case ListOf list -> {
        var leftItems = Atoms.items(left);
        var rightItems = Atoms.items(right);
        if (Atoms.isAtomic(list) || (leftItems.isEmpty() && rightItems.isEmpty())) {
          yield kept(left, right);
        }
        var items = new Items(list, leftItems, rightItems).merge();
        yield items.isEmpty() ? null : new JsonArray(items);
      }
      default -> {
        var leftFields = Atoms.fields(left);
        var rightFields = Atoms.fields(right);
        if (Atoms.isAtomic(atom) || (leftFields.isEmpty() && rightFields.isEmpty())) {
          yield kept(left, right);
        }
        yield fields(atom, leftFields, rightFields);
      }
    };
  }

  private static @Nullable JsonValue kept(@Nullable JsonValue left, @Nullable JsonValue right) {
    return right != null ? right : left;
  }

  private static @Nullable JsonValue fields(
      TypeSchema atom, Map<String, JsonValue> left, Map<String, JsonValue> right) {
    var merged = new LinkedHashMap<String, JsonValue>();
    left.forEach(
        (name, value) -> {
          var theirs = right.get(name);
          // What the configuration does not speak of stays as it is.
          var result = theirs == null ? value : merged(value, theirs, Atoms.field(atom, name));
          if (result != null) {
            merged.put(name, result);
          }
        });
    right.forEach(
        (name, value) -> {
          if (!left.containsKey(name)) {
            var result = merged(null, value, Atoms.field(atom, name));
            if (result != null) {
              merged.put(name, result);
            }
          }
        });
    return merged.isEmpty() ? null : new JsonObject(merged);
  }

  /// Merges two lists. The configuration's order wins for what it names; the rest keeps its place
  /// among its neighbours.
  private static final class Items {
    private final ListOf list;
    private final List<JsonValue> left;
    private final List<PathElement> leftElements = new ArrayList<>();
    private final List<PathElement> rightElements = new ArrayList<>();
    private final Map<PathElement, JsonValue> leftByElement = new LinkedHashMap<>();
    private final Map<PathElement, JsonValue> rightByElement = new LinkedHashMap<>();
    private final ArrayDeque<PathElement> shared = new ArrayDeque<>();
    private final Set<PathElement> done = new HashSet<>();
    private final List<JsonValue> out = new ArrayList<>();

    Items(ListOf list, List<JsonValue> left, List<JsonValue> right) {
      this.list = list;
      this.left = left;
      index(right, rightElements, rightByElement, false);
      index(left, leftElements, leftByElement, true);
      rightElements.stream().filter(leftByElement::containsKey).forEach(shared::add);
    }

    private void index(
        List<JsonValue> items,
        List<PathElement> elements,
        Map<PathElement, JsonValue> byElement,
        boolean mayRepeat) {
      for (int i = 0; i < items.size(); i++) {
        PathElement element;
        try {
          element = ListItems.element(list, items.get(i));
        } catch (MistypedException wrong) {
          throw wrong.inItem(i);
        }
        if (byElement.putIfAbsent(element, items.get(i)) != null) {
          if (!mayRepeat) {
            throw new MistypedException("duplicate entries for key " + element);
          }
          byElement.put(element, JsonNull.NULL); // Which of them would be merged with?
        }
        elements.add(element);
      }
    }

    List<JsonValue> merge() {
      int l = 0;
      int r = 0;
      while (l < leftElements.size() || r < rightElements.size()) {
        if (l < leftElements.size()) {
          var element = leftElements.get(l);
          boolean wanted = rightByElement.containsKey(element);
          if (r < rightElements.size()) {
            if (element.equals(rightElements.get(r))) {
              take(element);
              l++;
              r++;
              continue;
            }
            if (wanted && !shared.isEmpty() && !shared.peek().equals(element)) {
              l++; // It comes where the configuration has it.
              continue;
            }
          }
          if (!wanted) {
            out.add(left.get(l++));
            continue;
          }
          if (done.contains(element)) {
            l++;
          }
        }
        if (r < rightElements.size()) {
          take(rightElements.get(r++));
        }
      }
      return out;
    }

    private void take(PathElement element) {
      done.add(element);
      if (element.equals(shared.peek())) {
        shared.poll();
      }
      var merged = merged(leftByElement.get(element), rightByElement.get(element), list.items());
      if (Objects.nonNull(merged)) {
        out.add(merged);
      }
    }
  }
}
