package io.kubejar.apimachinery.cel.value;

import io.kubejar.apimachinery.Bytes;

/// A string of bytes.
public record BytesValue(Bytes value) implements Value {

  @Override
  public String typeName() {
    return "bytes";
  }

  @Override
  public String text() {
    return value.utf8();
  }

  @Override
  public long size() {
    return value.size();
  }
}
