package io.kubejar.simulation.template;

import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Something in a template that has a value.
sealed interface Expression {
  JsonValue value(Scope scope);

  record Literal(JsonValue value) implements Expression {
    @Override
    public JsonValue value(Scope scope) {
      return value;
    }
  }

  record Dot() implements Expression {
    @Override
    public JsonValue value(Scope scope) {
      return scope.dot();
    }
  }

  record Variable(String name) implements Expression {
    @Override
    public JsonValue value(Scope scope) {
      return scope.variable(name);
    }
  }

  /// Fields of fields; absent ones are null.
  record Fields(Expression of, List<String> names) implements Expression {
    @Override
    public JsonValue value(Scope scope) {
      var current = of.value(scope);
      for (var name : names) {
        current =
            current instanceof JsonObject object
                ? Objects.requireNonNullElse(object.get(name), JsonNull.NULL)
                : JsonNull.NULL;
      }
      return current;
    }
  }

  record Call(String function, List<Expression> arguments) implements Expression {
    @Override
    public JsonValue value(Scope scope) {
      return scope.function(function).call(arguments.stream().map(it -> it.value(scope)).toList());
    }

    Call with(Expression last) {
      var all = new ArrayList<>(arguments);
      all.add(last);
      return new Call(function, all);
    }
  }

  /// What names mean at some place of a template. Each block has a scope of its own.
  final class Scope {
    private final Optional<Scope> outer;
    private final JsonValue dot;
    private final Map<String, Function> functions;
    private final Map<String, JsonValue> variables = new HashMap<>();

    private Scope(Optional<Scope> outer, JsonValue dot, Map<String, Function> functions) {
      this.outer = outer;
      this.dot = dot;
      this.functions = functions;
    }

    static Scope of(JsonValue data, Map<String, Function> functions) {
      var scope = new Scope(Optional.empty(), data, functions);
      scope.declare("$", data);
      return scope;
    }

    Scope inner(JsonValue newDot) {
      return new Scope(Optional.of(this), newDot, functions);
    }

    Function function(String name) {
      var function = functions.getOrDefault(name, Standard.FUNCTIONS.get(name));
      if (function == null) {
        throw new TemplateException("function \"" + name + "\" not defined");
      }
      return function;
    }

    JsonValue dot() {
      return dot;
    }

    void declare(String name, JsonValue value) {
      variables.put(name, value);
    }

    void assign(String name, JsonValue value) {
      if (variables.containsKey(name)) {
        variables.put(name, value);
      } else {
        outer.orElseThrow(() -> undefined(name)).assign(name, value);
      }
    }

    JsonValue variable(String name) {
      var value = variables.get(name);
      return value != null ? value : outer.orElseThrow(() -> undefined(name)).variable(name);
    }

    private static TemplateException undefined(String name) {
      return new TemplateException("undefined variable \"" + name + "\"");
    }
  }
}
