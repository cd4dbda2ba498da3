package io.kubejar.apimachinery.cel;

import dev.cel.common.types.CelType;
import io.kubejar.apimachinery.cel.type.DeclType;
import io.kubejar.apimachinery.cel.type.Scalar;
import java.util.LinkedHashMap;
import java.util.Map;

/// The variables of a policy: each may use those before it.
///
/// @param environment where the other expressions of the policy are compiled
public record Variables(Environment environment, Map<String, Expression> expressions) {
  /// The variable that holds them all.
  public static final String NAME = "variables";

  private static final String TYPE_NAME = "kubernetes.variables";

  /// @param variables the expressions by name, in order
  public static Variables compile(Environment plain, Map<String, String> variables) {
    var types = new LinkedHashMap<String, DeclType>();
    var expressions = new LinkedHashMap<String, Expression>();
    var environment = with(plain, types);
    for (var variable : variables.entrySet()) {
      var expression = Expression.compile(environment, variable.getValue(), Scalar.ANY);
      expressions.put(variable.getKey(), expression);
      var compiled = expression.compiled();
      types.put(variable.getKey(), compiled == null ? Scalar.DYN : declared(compiled.resultType()));
      environment = with(plain, types);
    }
    return new Variables(environment, expressions);
  }

  /// The types of the variables in another environment.
  public Environment in(Environment other) {
    var type = environment.variables().get(NAME);
    return type == null ? other : other.with(NAME, type);
  }

  private static Environment with(Environment plain, Map<String, DeclType> types) {
    return plain.with(NAME, DeclType.object(TYPE_NAME, new LinkedHashMap<>(types)));
  }

  /// Types of libraries are not carried from one expression to the next.
  private static DeclType declared(CelType type) {
    return switch (type.kind()) {
      case ANY, BOOL, BYTES, DOUBLE, DURATION, INT, NULL_TYPE, STRING, TIMESTAMP, UINT ->
          Scalar.of(type);
      case LIST -> DeclType.listOf(declared(type.parameters().getFirst()));
      case MAP ->
          type.parameters().getFirst().kind() == dev.cel.common.types.CelKind.STRING
              ? DeclType.mapOf(declared(type.parameters().getLast()))
              : Scalar.DYN;
      case DYN, ERROR, OPAQUE, STRUCT, TYPE, TYPE_PARAM, UNSPECIFIED -> Scalar.DYN;
    };
  }
}
