package io.kubejar.simulation.template;

import io.kubejar.apimachinery.json.JsonValue;
import java.util.List;

/// A function that templates call by name.
@FunctionalInterface
public interface Function {

  /// @param arguments absent values are JSON's null
  /// @throws TemplateException if they do not fit
  JsonValue call(List<JsonValue> arguments);
}
