package io.kubejar.apimachinery.schema;

import io.kubejar.apimachinery.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The description of a type: of an object, of a field, of a list's items.
public sealed interface TypeSchema {

  /// A single value.
  record Scalar(ScalarType type) implements TypeSchema {
    public static final Scalar STRING = new Scalar(ScalarType.STRING);
    public static final Scalar BOOLEAN = new Scalar(ScalarType.BOOLEAN);
    public static final Scalar INT32 = new Scalar(ScalarType.INT32);
    public static final Scalar INT64 = new Scalar(ScalarType.INT64);
  }

  /// The kinds of single values.
  enum ScalarType {
    STRING,
    BOOLEAN,
    INT32,
    INT64,
    DOUBLE,
    BYTES,
    TIME,
    MICRO_TIME,
    QUANTITY,
    INT_OR_STRING
  }

  /// Named fields.
  ///
  /// @param name such as `io.k8s.api.core.v1.Container` or `core/v1.Container`; for people and for
  ///   messages
  /// @param atomic whether it is owned and replaced as a whole
  /// @param others the type of fields that are not listed; without it there are no others
  record Struct(
      String name,
      String description,
      Map<String, Field> fields,
      boolean atomic,
      @Nullable TypeSchema others)
      implements TypeSchema {

    public Struct {
      fields = Map.copyOf(fields);
    }

    /// Nothing but fields, each with its own owner.
    public static Struct of(String name, Field... fields) {
      var byName = new java.util.LinkedHashMap<String, Field>();
      for (var field : fields) {
        byName.put(field.name(), field);
      }
      return new Struct(name, "", byName, false, null);
    }

    @Override
    public Optional<TypeSchema> child(String name) {
      var field = fields.get(name);
      return field != null ? Optional.of(field.type().resolved()) : TypeSchema.resolved(others);
    }

    /// Types contain themselves; comparing or printing what they contain would not end.
    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /// Values by a key that is free to choose.
  record MapOf(TypeSchema values, boolean atomic) implements TypeSchema {
    @Override
    public Optional<TypeSchema> child(String name) {
      return Optional.of(values.resolved());
    }
  }

  /// A list.
  ///
  /// @param keys of a [ListKind#MAP], the fields of an item that tell it from its neighbours
  record ListOf(TypeSchema items, ListKind kind, List<String> keys) implements TypeSchema {
    public ListOf {
      keys = List.copyOf(keys);
    }

    public static ListOf atomic(TypeSchema items) {
      return new ListOf(items, ListKind.ATOMIC, List.of());
    }

    public static ListOf set(TypeSchema items) {
      return new ListOf(items, ListKind.SET, List.of());
    }

    public static ListOf map(TypeSchema items, String... keys) {
      return new ListOf(items, ListKind.MAP, List.of(keys));
    }
  }

  /// How the items of a list belong together.
  enum ListKind {
    /// The list has one owner and is replaced as a whole.
    ATOMIC,
    /// Each value occurs once and has its own owner.
    SET,
    /// Each item is told from the others by its keys.
    MAP
  }

  /// Whatever it is.
  ///
  /// @param atomic whether objects inside are owned as a whole; lists always are
  record Any(boolean atomic) implements TypeSchema {
    /// Objects are merged field by field, everything else is owned as a whole.
    public static final Any DEDUCED = new Any(false);

    public static final Any ATOMIC = new Any(true);

    @Override
    public Optional<TypeSchema> child(String name) {
      return Optional.of(this);
    }
  }

  /// A type that is described elsewhere, perhaps around itself.
  record Reference(String name, Supplier<? extends TypeSchema> target) implements TypeSchema {
    @Override
    public TypeSchema resolved() {
      return target.get().resolved();
    }

    @Override
    public Optional<TypeSchema> child(String child) {
      return resolved().child(child);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Reference that && name.equals(that.name);
    }

    @Override
    public int hashCode() {
      return name.hashCode();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /// One field of a [Struct].
  ///
  /// @param enumeration the allowed values; empty if all are
  /// @param alwaysThere whether it is written even when it is empty, as what is no pointer in Go is
  /// @param defaultValue what an absent value means
  /// @param strategy how a strategic merge patch treats it
  record Field(
      String name,
      TypeSchema type,
      boolean required,
      boolean alwaysThere,
      List<String> enumeration,
      @Nullable JsonValue defaultValue,
      PatchStrategy strategy,
      String description) {

    public Field {
      enumeration = List.copyOf(enumeration);
    }

    public static Field of(String name, TypeSchema type) {
      return new Field(name, type, false, false, List.of(), null, PatchStrategy.REPLACE, "");
    }

    public Field withRequired() {
      return new Field(
          name, type, true, alwaysThere, enumeration, defaultValue, strategy, description);
    }

    public Field withAlwaysThere() {
      return new Field(
          name, type, required, true, enumeration, defaultValue, strategy, description);
    }

    public Field withDefault(JsonValue value) {
      return new Field(
          name, type, required, alwaysThere, enumeration, value, strategy, description);
    }

    public Field withStrategy(PatchStrategy changed) {
      return new Field(
          name, type, required, alwaysThere, enumeration, defaultValue, changed, description);
    }
  }

  /// How a strategic merge patch treats a field.
  ///
  /// @param merge whether a list is merged, by `mergeKey` if its items are objects, instead of
  ///   replaced
  /// @param retainKeys whether an object keeps only the fields that the patch names, as unions need
  ///   it
  record PatchStrategy(boolean merge, boolean retainKeys, String mergeKey) {
    /// Lists are replaced, objects are merged.
    public static final PatchStrategy REPLACE = new PatchStrategy(false, false, "");

    public static PatchStrategy mergeBy(String mergeKey) {
      return new PatchStrategy(true, false, mergeKey);
    }

    /// Reads what the schema says, such as `merge` or `merge,retainKeys`.
    static PatchStrategy of(String strategy, String mergeKey) {
      boolean merge = false;
      boolean retainKeys = false;
      for (var word : strategy.split(",", -1)) {
        merge |= word.equals("merge");
        retainKeys |= word.equals("retainKeys");
      }
      return merge || retainKeys ? new PatchStrategy(merge, retainKeys, mergeKey) : REPLACE;
    }
  }

  /// This type, or the one it refers to.
  default TypeSchema resolved() {
    return this;
  }

  /// The type of the field or map value with this name, if there can be one.
  default Optional<TypeSchema> child(String name) {
    return Optional.empty();
  }

  private static Optional<TypeSchema> resolved(@Nullable TypeSchema type) {
    return type == null ? Optional.empty() : Optional.of(type.resolved());
  }
}
