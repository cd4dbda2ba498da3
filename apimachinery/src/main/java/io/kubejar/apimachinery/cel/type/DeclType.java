package io.kubejar.apimachinery.cel.type;

import com.google.common.collect.ImmutableMap;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.common.types.StructTypeReference;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The type of a variable or of a field, with what is known about its size.
public sealed interface DeclType
    permits Scalar, DeclType.ListOf, DeclType.MapOf, DeclType.ObjectOf {
  /// The same type for the checker.
  CelType celType();

  /// The most characters, bytes, elements or entries that a value can have; [Long#MAX_VALUE] if
  /// nothing is known, 0 where that makes no sense.
  long maxElements();

  /// The fewest bytes that a value takes as JSON.
  long minSerializedSize();

  /// A list.
  record ListOf(DeclType element, long maxElements) implements DeclType {
    @Override
    public CelType celType() {
      return dev.cel.common.types.ListType.create(element.celType());
    }

    @Override
    public long minSerializedSize() {
      return 2;
    }
  }

  /// A map from texts.
  record MapOf(DeclType value, long maxElements) implements DeclType {
    @Override
    public CelType celType() {
      return dev.cel.common.types.MapType.create(SimpleType.STRING, value.celType());
    }

    @Override
    public long minSerializedSize() {
      return 2;
    }
  }

  /// A field of an object.
  record Field(DeclType type, boolean isRequired) {}

  /// An object with these fields and no others.
  ///
  /// @param name unlike that of any other object in the same environment
  record ObjectOf(String name, Map<String, Field> fields, long minSerializedSize)
      implements DeclType {
    @Override
    public CelType celType() {
      return StructTypeReference.create(name);
    }

    /// The type with its fields, which the checker asks for by name. A field that is called as a
    /// reserved word is found under that, too.
    public StructType struct() {
      var types = new LinkedHashMap<String, CelType>();
      fields.forEach(
          (field, known) -> {
            types.put(field, known.type().celType());
            Identifiers.unescape(field)
                .filter(Identifiers::isReserved)
                .ifPresent(word -> types.putIfAbsent(word, known.type().celType()));
          });
      var known = ImmutableMap.copyOf(types);
      return StructType.create(
          name, known.keySet(), field -> Optional.ofNullable(known.get(field)));
    }

    @Override
    public long maxElements() {
      return 0;
    }
  }

  static DeclType listOf(DeclType element) {
    return new ListOf(element, Long.MAX_VALUE);
  }

  static DeclType mapOf(DeclType value) {
    return new MapOf(value, Long.MAX_VALUE);
  }

  /// An object with optional fields.
  static ObjectOf object(String name, Map<String, DeclType> fields) {
    var declared = new LinkedHashMap<String, Field>();
    fields.forEach((field, type) -> declared.put(field, new Field(type, false)));
    return new ObjectOf(name, declared, 2);
  }

  /// The same type with names for objects that have none yet, made of where they are found. So
  /// `spec` of `Foo` becomes `Foo.spec`, elements of its lists `Foo.spec.list.@idx`.
  default DeclType named(String path) {
    return switch (this) {
      case Scalar scalar -> scalar;
      case ListOf(var element, long most) -> new ListOf(element.named(path + ".@idx"), most);
      case MapOf(var value, long most) -> new MapOf(value.named(path + ".@elem"), most);
      case ObjectOf object -> {
        var name = object.name().equals("object") ? path : object.name();
        var fields = new LinkedHashMap<String, Field>();
        object
            .fields()
            .forEach(
                (field, known) ->
                    fields.put(
                        field,
                        new Field(known.type().named(name + "." + field), known.isRequired())));
        yield new ObjectOf(name, fields, object.minSerializedSize());
      }
    };
  }

  /// All objects in this type by name, itself included.
  default Map<String, ObjectOf> objects() {
    var objects = new LinkedHashMap<String, ObjectOf>();
    collect(objects);
    return objects;
  }

  private void collect(Map<String, ObjectOf> objects) {
    switch (this) {
      case Scalar _ -> {}
      case ListOf(var element, long _) -> element.collect(objects);
      case MapOf(var value, long _) -> value.collect(objects);
      case ObjectOf object -> {
        if (objects.put(object.name(), object) == null) {
          object.fields().values().forEach(field -> field.type().collect(objects));
        }
      }
    }
  }
}
