package io.kubejar.apimachinery.apply;

import io.kubejar.apimachinery.apply.PathElement.FieldName;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.schema.TypeSchema;
import io.kubejar.apimachinery.schema.TypeSchema.ListOf;
import io.kubejar.apimachinery.schema.TypeSchema.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds how two values of a type differ. Costs one walk, and memory only for what differs.
final class TypedComparison {
  private final FieldSetBuilder removed = new FieldSetBuilder();
  private final FieldSetBuilder modified = new FieldSetBuilder();
  private final FieldSetBuilder added = new FieldSetBuilder();
  private final List<PathElement> path = new ArrayList<>();

  private TypedComparison() {}

  static Comparison of(JsonValue left, JsonValue right, TypeSchema type) {
    var comparison = new TypedComparison();
    comparison.compare(left, right, type);
    return new Comparison(
        comparison.removed.build(), comparison.modified.build(), comparison.added.build());
  }

  @SuppressWarnings("ReferenceEquality") // Only a short cut; what is equal is found below.
  private void compare(@Nullable JsonValue left, @Nullable JsonValue right, TypeSchema type) {
    if (left == right) {
      return; // Records share what did not change.
    }
    var leftAtom = Atoms.of(type, left);
    var rightAtom = Atoms.of(type, right);
    boolean leaf;
    if (right == null) {
      leaf = walk(left, null, leftAtom);
    } else if (left == null || leftAtom.equals(rightAtom)) {
      leaf = walk(left, right, rightAtom);
    } else {
      walk(left, right, leftAtom);
      leaf = walk(left, right, rightAtom);
    }
    if (!leaf && left == null) {
      added.insert(path);
    } else if (!leaf && right == null) {
      removed.insert(path);
    }
  }

  /// True if the values were compared as a whole.
  private boolean walk(@Nullable JsonValue left, @Nullable JsonValue right, TypeSchema atom) {
    switch (atom) {
      case Scalar _ -> {
        return leaf(left, right);
      }
      case ListOf list -> {
        var leftItems = Atoms.items(left);
        var rightItems = Atoms.items(right);
        if (Atoms.isAtomic(list) || (leftItems.isEmpty() && rightItems.isEmpty())) {
          return leaf(left, right);
        }
        items(list, leftItems, rightItems);
      }
      default -> {
        var leftFields = Atoms.fields(left);
        var rightFields = Atoms.fields(right);
        if (Atoms.isAtomic(atom) || (leftFields.isEmpty() && rightFields.isEmpty())) {
          return leaf(left, right);
        }
        fields(atom, leftFields, rightFields);
      }
    }
    return false;
  }

  private boolean leaf(@Nullable JsonValue left, @Nullable JsonValue right) {
    if (left == null) {
      added.insert(path);
    } else if (right == null) {
      removed.insert(path);
    } else if (!left.equals(right)) {
      modified.insert(path);
    }
    return true;
  }

  private void fields(TypeSchema type, Map<String, JsonValue> left, Map<String, JsonValue> right) {
    left.forEach((name, value) -> field(type, name, value, right.get(name)));
    right.forEach(
        (name, value) -> {
          if (!left.containsKey(name)) {
            field(type, name, null, value);
          }
        });
  }

  @SuppressWarnings("ReferenceEquality") // Likewise.
  private void field(
      TypeSchema type, String name, @Nullable JsonValue left, @Nullable JsonValue right) {
    if (left == right) {
      return;
    }
    path.add(new FieldName(name));
    compare(left, right, Atoms.field(type, name));
    path.removeLast();
  }

  private void items(ListOf list, List<JsonValue> left, List<JsonValue> right) {
    var leftByElement = byElement(list, left);
    var rightByElement = byElement(list, right);
    leftByElement.forEach(
        (element, items) ->
            item(list, element, items, rightByElement.getOrDefault(element, List.of())));
    rightByElement.forEach(
        (element, items) -> {
          if (!leftByElement.containsKey(element)) {
            item(list, element, List.of(), items);
          }
        });
  }

  private static Map<PathElement, List<JsonValue>> byElement(ListOf list, List<JsonValue> items) {
    var byElement = new LinkedHashMap<PathElement, List<JsonValue>>();
    for (int i = 0; i < items.size(); i++) {
      try {
        var element = ListItems.element(list, items.get(i));
        byElement.computeIfAbsent(element, e -> new ArrayList<>(1)).add(items.get(i));
      } catch (MistypedException wrong) {
        throw wrong.inItem(i);
      }
    }
    return byElement;
  }

  /// Items that are repeated on one side are compared as a whole.
  private void item(ListOf list, PathElement element, List<JsonValue> left, List<JsonValue> right) {
    path.add(element);
    var onlyLeft = left.isEmpty() ? null : left.getFirst();
    var onlyRight = right.isEmpty() ? null : right.getFirst();
    if (left.size() <= 1 && right.size() <= 1) {
      compare(onlyLeft, onlyRight, list.items());
    } else if (left.size() > 1 && right.size() > 1) {
      if (!left.equals(right)) {
        modified.insert(path);
      }
    } else if (left.size() > 1) {
      if (onlyRight != null) {
        compare(null, onlyRight, list.items());
      }
      removed.insert(path);
    } else {
      if (onlyLeft != null) {
        compare(onlyLeft, null, list.items());
      }
      added.insert(path);
    }
    path.removeLast();
  }
}
