package io.kubejar.apimachinery.cel;

import com.google.common.collect.ImmutableSet;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.common.types.StructTypeReference;
import io.kubejar.apimachinery.cel.type.DeclType;
import io.kubejar.apimachinery.cel.type.Scalar;
import io.kubejar.apimachinery.cel.type.TypeLookup;
import java.util.Optional;
import java.util.regex.Pattern;

/// The types that mutations make: `Object{...}`, `Object.spec{...}` and so on with any fields, and
/// `JSONPatch{...}`.
public final class MutationTypes {
  private static final String OBJECT = "Object";
  private static final String PATCH = "JSONPatch";
  private static final Pattern IDENTIFIER = Pattern.compile("[_a-zA-Z][_a-zA-Z0-9]*");

  /// What an apply configuration yields.
  public static final DeclType APPLIED = Scalar.of(StructTypeReference.create(OBJECT));

  /// What a JSON patch yields.
  public static final DeclType PATCHES =
      Scalar.of(ListType.create(StructTypeReference.create(PATCH)));

  private MutationTypes() {}

  /// The types that this expression can make. The checker wants to know all fields beforehand;
  /// every name in the expression may be one.
  public static TypeLookup in(String expression) {
    var names = ImmutableSet.<String>builder();
    IDENTIFIER.matcher(expression).results().forEach(match -> names.add(match.group()));
    var fields = names.build();
    return name -> find(name, fields);
  }

  private static Optional<CelType> find(String name, ImmutableSet<String> fields) {
    if (name.equals(PATCH)) {
      return Optional.of(
          StructType.create(
              PATCH, ImmutableSet.of("op", "path", "from", "value"), MutationTypes::patchField));
    }
    return name.equals(OBJECT) || name.startsWith(OBJECT + ".")
        ? Optional.of(StructType.create(name, fields, _ -> Optional.of(SimpleType.DYN)))
        : Optional.empty();
  }

  private static Optional<CelType> patchField(String field) {
    return Optional.of(field.equals("value") ? SimpleType.DYN : SimpleType.STRING);
  }
}
