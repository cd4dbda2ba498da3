package io.kubejar.simulation.template;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.simulation.template.Expression.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A part of a template that writes something.
sealed interface Block {
  void write(Scope scope, StringBuilder out);

  record Text(String text) implements Block {
    @Override
    public void write(Scope scope, StringBuilder out) {
      out.append(text);
    }
  }

  record Output(Expression expression) implements Block {
    @Override
    public void write(Scope scope, StringBuilder out) {
      switch (expression.value(scope)) {
        case JsonString(var text) -> out.append(text);
        case JsonNull _ -> out.append("<no value>");
        case JsonValue other -> out.append(JsonPrinter.print(other));
      }
    }
  }

  /// @param declares whether the variable is new
  record Assignment(String name, boolean declares, Expression expression) implements Block {
    @Override
    public void write(Scope scope, StringBuilder out) {
      var value = expression.value(scope);
      if (declares) {
        scope.declare(name, value);
      } else {
        scope.assign(name, value);
      }
    }
  }

  record Sequence(List<Block> blocks) implements Block {
    @Override
    public void write(Scope scope, StringBuilder out) {
      blocks.forEach(block -> block.write(scope, out));
    }
  }

  record If(Expression condition, Block then, Block otherwise) implements Block {
    @Override
    public void write(Scope scope, StringBuilder out) {
      var chosen = isTrue(condition.value(scope)) ? then : otherwise;
      chosen.write(scope.inner(scope.dot()), out);
    }
  }

  record With(Expression expression, Block then, Block otherwise) implements Block {
    @Override
    public void write(Scope scope, StringBuilder out) {
      var value = expression.value(scope);
      if (isTrue(value)) {
        then.write(scope.inner(value), out);
      } else {
        otherwise.write(scope.inner(scope.dot()), out);
      }
    }
  }

  /// @param variables none, that of the value, or those of index and value
  record Range(List<String> variables, Expression expression, Block body, Block otherwise)
      implements Block {
    @Override
    public void write(Scope scope, StringBuilder out) {
      var items = items(expression.value(scope));
      if (items.isEmpty()) {
        otherwise.write(scope.inner(scope.dot()), out);
      }
      for (var item : items) {
        var inner = scope.inner(item.getValue());
        if (!variables.isEmpty()) {
          inner.declare(variables.getLast(), item.getValue());
        }
        if (variables.size() > 1) {
          inner.declare(variables.getFirst(), item.getKey());
        }
        body.write(inner, out);
      }
    }

    private static List<Map.Entry<JsonValue, JsonValue>> items(JsonValue value) {
      var items = new ArrayList<Map.Entry<JsonValue, JsonValue>>();
      switch (value) {
        case JsonArray(var values) -> {
          for (int i = 0; i < values.size(); i++) {
            items.add(Map.entry(JsonNumber.of((long) i), values.get(i)));
          }
        }
        case JsonObject(var fields) ->
            new TreeMap<>(fields)
                .forEach((name, each) -> items.add(Map.entry(new JsonString(name), each)));
        case JsonNull _ -> {}
        case JsonValue other -> throw new TemplateException("range can't iterate over " + other);
      }
      return items;
    }
  }

  /// What Go takes for true: everything but the empty value of its type.
  static boolean isTrue(JsonValue value) {
    return switch (value) {
      case JsonNull _ -> false;
      case JsonBoolean(var truth) -> truth;
      case JsonString(var text) -> !text.isEmpty();
      case JsonNumber number -> number.doubleValue() != 0;
      case JsonArray(var values) -> !values.isEmpty();
      case JsonObject(var fields) -> !fields.isEmpty();
      case JsonValue _ -> true;
    };
  }
}
