package io.kubejar.apimachinery.apply;

import io.kubejar.apimachinery.apply.PathElement.FieldName;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.schema.TypeSchema;
import io.kubejar.apimachinery.schema.TypeSchema.Any;
import io.kubejar.apimachinery.schema.TypeSchema.ListKind;
import io.kubejar.apimachinery.schema.TypeSchema.ListOf;
import io.kubejar.apimachinery.schema.TypeSchema.MapOf;
import io.kubejar.apimachinery.schema.TypeSchema.Scalar;
import io.kubejar.apimachinery.schema.TypeSchema.ScalarType;
import io.kubejar.apimachinery.schema.TypeSchema.Struct;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the walkers over typed values share: which shape a value has by its type, and what is
/// inside.
final class Atoms {
  private static final MapOf DEDUCED_MAP = new MapOf(Any.DEDUCED, false);
  private static final MapOf ATOMIC_MAP = new MapOf(Any.ATOMIC, true);
  private static final ListOf ATOMIC_LIST = ListOf.atomic(Any.ATOMIC);
  private static final Scalar ANY_SCALAR = new Scalar(ScalarType.INT_OR_STRING);

  private Atoms() {}

  /// The shape that the value has: its type's, or, where that leaves it open, the value's own.
  static TypeSchema of(TypeSchema type, @Nullable JsonValue value) {
    var resolved = type.resolved();
    if (!(resolved instanceof Any(var atomic))) {
      return resolved;
    }
    return switch (value) {
      case null -> atomic ? ATOMIC_MAP : DEDUCED_MAP;
      case JsonObject _ -> atomic ? ATOMIC_MAP : DEDUCED_MAP;
      case JsonNull _ -> atomic ? ATOMIC_MAP : DEDUCED_MAP;
      case JsonArray _ -> ATOMIC_LIST;
      default -> ANY_SCALAR;
    };
  }

  /// Whether the shape is owned as a whole.
  static boolean isAtomic(TypeSchema atom) {
    return switch (atom) {
      case Scalar _ -> true;
      case Struct struct -> struct.atomic();
      case MapOf map -> map.atomic();
      case ListOf list -> list.kind() == ListKind.ATOMIC;
      case Any any -> any.atomic();
      case TypeSchema.Reference reference -> isAtomic(reference.resolved());
    };
  }

  /// The type of a field; anything at all where the schema does not know it.
  static TypeSchema field(TypeSchema atom, String name) {
    return atom.child(name).orElse(Any.DEDUCED);
  }

  /// The type of what an element of a set stands for.
  static TypeSchema below(TypeSchema type, PathElement element) {
    return switch (type) {
      case ListOf list -> list.items().resolved();
      default -> element instanceof FieldName(var name) ? field(type, name) : Any.DEDUCED;
    };
  }

  /// The fields of an object; none where there is no object.
  static Map<String, JsonValue> fields(@Nullable JsonValue value) {
    return value instanceof JsonObject object ? object.fields() : Map.of();
  }

  static List<JsonValue> items(@Nullable JsonValue value) {
    return value instanceof JsonArray(var values) ? values : List.of();
  }
}
