package io.kubejar.apimachinery.cel.library;

import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.StructTypeReference;
import io.kubejar.apimachinery.cel.value.BoolValue;
import io.kubejar.apimachinery.cel.value.BytesValue;
import io.kubejar.apimachinery.cel.value.DoubleValue;
import io.kubejar.apimachinery.cel.value.DurationValue;
import io.kubejar.apimachinery.cel.value.IntValue;
import io.kubejar.apimachinery.cel.value.ListValue;
import io.kubejar.apimachinery.cel.value.MapValue;
import io.kubejar.apimachinery.cel.value.OptionalValue;
import io.kubejar.apimachinery.cel.value.StringValue;
import io.kubejar.apimachinery.cel.value.TimestampValue;
import io.kubejar.apimachinery.cel.value.UintValue;
import io.kubejar.apimachinery.cel.value.Value;
import java.util.List;

/// One form of a function: for these types of arguments.
///
/// @param id the name that costs are attached to
/// @param isMember whether the first argument stands before the dot
/// @param body what it does; it is called with matching arguments only, and never with a failure
public record Overload(
    String id, boolean isMember, CelType result, List<CelType> parameters, Body body) {

  /// What a function does.
  public interface Body {
    Value apply(Value[] arguments);
  }

  public static Overload member(String id, CelType result, List<CelType> parameters, Body body) {
    return new Overload(id, true, result, parameters, body);
  }

  public static Overload global(String id, CelType result, List<CelType> parameters, Body body) {
    return new Overload(id, false, result, parameters, body);
  }

  public CelOverloadDecl declaration() {
    return isMember
        ? CelOverloadDecl.newMemberOverload(id, result, parameters)
        : CelOverloadDecl.newGlobalOverload(id, result, parameters);
  }

  /// Whether it can be called with these. Types of elements are not looked at.
  public boolean accepts(Value[] arguments) {
    if (arguments.length != parameters.size()) {
      return false;
    }
    for (int i = 0; i < arguments.length; i++) {
      if (!accepts(parameters.get(i), arguments[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean accepts(CelType type, Value argument) {
    return switch (type.kind()) {
      case BOOL -> argument instanceof BoolValue;
      case INT -> argument instanceof IntValue;
      case UINT -> argument instanceof UintValue;
      case DOUBLE -> argument instanceof DoubleValue;
      case STRING -> argument instanceof StringValue;
      case BYTES -> argument instanceof BytesValue;
      case DURATION -> argument instanceof DurationValue;
      case TIMESTAMP -> argument instanceof TimestampValue;
      case LIST -> argument instanceof ListValue;
      case MAP -> argument instanceof MapValue;
      case OPAQUE, STRUCT -> isNamed(type, argument);
      case ANY, DYN, ERROR, NULL_TYPE, TYPE, TYPE_PARAM, UNSPECIFIED -> true;
    };
  }

  private static boolean isNamed(CelType type, Value argument) {
    return switch (type) {
      case OpaqueType opaque when opaque.name().equals("optional_type") ->
          argument instanceof OptionalValue;
      case StructTypeReference reference -> argument.typeName().equals(reference.name());
      case CelType other -> argument.typeName().equals(other.name());
    };
  }
}
