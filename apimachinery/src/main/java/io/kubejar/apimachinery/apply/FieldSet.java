package io.kubejar.apimachinery.apply;

import io.kubejar.apimachinery.apply.PathElement.FieldName;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.schema.TypeSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An immutable set of fields: a tree whose nodes may or may not be members themselves.
///
/// Every element of a set is a member or has members below it.
public final class FieldSet {
  public static final FieldSet EMPTY = new FieldSet(List.of());

  /// One element of a set.
  ///
  /// @param member whether the field itself belongs to the set
  /// @param below the fields below it that do
  record Node(PathElement element, boolean member, FieldSet below) {}

  /// Ordered by element.
  private final List<Node> nodes;

  private FieldSet(List<Node> nodes) {
    this.nodes = nodes;
  }

  static FieldSet of(List<Node> ordered) {
    return ordered.isEmpty() ? EMPTY : new FieldSet(ordered);
  }

  /// A set of fields given as paths, such as `metadata.name`; only fields of objects can be named
  /// like this.
  public static FieldSet ofFields(String... paths) {
    var builder = new FieldSetBuilder();
    for (var path : paths) {
      builder.insert(
          Arrays.stream(path.split("\\.", -1))
              .map(name -> (PathElement) new FieldName(name))
              .toList());
    }
    return builder.build();
  }

  /// Reads the form of `fieldsV1`. Elements of a kind that is not known are dropped, as upstream
  /// does.
  ///
  /// @throws IllegalArgumentException if it is malformed
  public static FieldSet fromJson(JsonObject fields) {
    return FieldSetJson.read(fields);
  }

  /// The form of `fieldsV1`.
  public JsonObject toJson() {
    return FieldSetJson.write(this);
  }

  List<Node> nodes() {
    return nodes;
  }

  public boolean isEmpty() {
    return nodes.isEmpty();
  }

  public boolean contains(List<PathElement> path) {
    var set = this;
    for (int i = 0; i < path.size(); i++) {
      var node = set.node(path.get(i));
      if (node == null) {
        return false;
      }
      if (i == path.size() - 1) {
        return node.member();
      }
      set = node.below();
    }
    return false;
  }

  boolean has(PathElement element) {
    var node = node(element);
    return node != null && node.member();
  }

  /// The fields below this element.
  FieldSet below(PathElement element) {
    var node = node(element);
    return node == null ? EMPTY : node.below();
  }

  private @Nullable Node node(PathElement element) {
    int low = 0;
    int high = nodes.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = nodes.get(middle).element().compareTo(element);
      if (order == 0) {
        return nodes.get(middle);
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return null;
  }

  public FieldSet union(FieldSet other) {
    if (isEmpty()) {
      return other;
    }
    return other.isEmpty() ? this : combine(other, Combination.UNION);
  }

  public FieldSet intersection(FieldSet other) {
    return isEmpty() || other.isEmpty() ? EMPTY : combine(other, Combination.INTERSECTION);
  }

  /// The members of this set that are none of the other.
  public FieldSet difference(FieldSet other) {
    return isEmpty() || other.isEmpty() ? this : combine(other, Combination.DIFFERENCE);
  }

  /// The members of this set that are none of the other, nor below a member of the other.
  public FieldSet recursiveDifference(FieldSet other) {
    return isEmpty() || other.isEmpty() ? this : combine(other, Combination.RECURSIVE_DIFFERENCE);
  }

  private enum Combination {
    UNION,
    INTERSECTION,
    DIFFERENCE,
    RECURSIVE_DIFFERENCE
  }

  private FieldSet combine(FieldSet other, Combination how) {
    var result = new ArrayList<Node>();
    int i = 0;
    int j = 0;
    while (i < nodes.size() || j < other.nodes.size()) {
      int order =
          i == nodes.size()
              ? 1
              : j == other.nodes.size()
                  ? -1
                  : nodes.get(i).element().compareTo(other.nodes.get(j).element());
      if (order < 0) {
        var mine = nodes.get(i++);
        if (how != Combination.INTERSECTION) {
          result.add(mine);
        }
      } else if (order > 0) {
        var theirs = other.nodes.get(j++);
        if (how == Combination.UNION) {
          result.add(theirs);
        }
      } else {
        var node = combined(nodes.get(i++), other.nodes.get(j++), how);
        if (node.member() || !node.below().isEmpty()) {
          result.add(node);
        }
      }
    }
    return of(result);
  }

  private static Node combined(Node mine, Node theirs, Combination how) {
    return switch (how) {
      case UNION ->
          new Node(
              mine.element(), mine.member() || theirs.member(), mine.below().union(theirs.below()));
      case INTERSECTION ->
          new Node(
              mine.element(),
              mine.member() && theirs.member(),
              mine.below().intersection(theirs.below()));
      case DIFFERENCE ->
          new Node(
              mine.element(),
              mine.member() && !theirs.member(),
              mine.below().difference(theirs.below()));
      case RECURSIVE_DIFFERENCE ->
          theirs.member()
              ? new Node(mine.element(), false, EMPTY)
              : new Node(
                  mine.element(), mine.member(), mine.below().recursiveDifference(theirs.below()));
    };
  }

  /// This set with the named fields of structs made members where something below them is one. They
  /// are left out otherwise because they own nothing by themselves.
  FieldSet withNamedFields(TypeSchema type) {
    var result = new ArrayList<Node>(nodes.size());
    for (var node : nodes) {
      boolean named =
          node.element() instanceof FieldName(var name)
              && type instanceof TypeSchema.Struct struct
              && struct.fields().containsKey(name)
              && !node.below().isEmpty();
      var below = node.below().withNamedFields(Atoms.below(type, node.element()));
      result.add(new Node(node.element(), node.member() || named, below));
    }
    return of(result);
  }

  /// Every member, parents before what is below them.
  public void forEach(Consumer<List<PathElement>> action) {
    forEach(List.of(), action);
  }

  private void forEach(List<PathElement> prefix, Consumer<List<PathElement>> action) {
    for (var node : nodes) {
      var path = new ArrayList<>(prefix);
      path.add(node.element());
      if (node.member()) {
        action.accept(List.copyOf(path));
      }
      node.below().forEach(path, action);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FieldSet that && nodes.equals(that.nodes);
  }

  @Override
  public int hashCode() {
    return nodes.hashCode();
  }

  /// The paths of all members.
  @Override
  public String toString() {
    var paths = new ArrayList<String>();
    forEach(path -> paths.add(PathElement.pathText(path)));
    return String.join("\n", paths);
  }
}
