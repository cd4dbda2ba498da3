package io.kubejar.apimachinery.cel.value;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An object made in an expression, such as `Object.spec{replicas: 3}`.
///
/// @param typeName the name in front of the braces
public record ObjectValue(String typeName, PlainMap fields) implements MapValue {

  @Override
  public @Nullable Value find(Value key) {
    return fields.find(key);
  }

  @Override
  public List<Value> keys() {
    return fields.keys();
  }

  @Override
  public long size() {
    return 1;
  }
}
