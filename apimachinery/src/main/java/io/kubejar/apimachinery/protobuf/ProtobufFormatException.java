package io.kubejar.apimachinery.protobuf;

/// Bytes that are no protobuf message of the expected type.
public final class ProtobufFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ProtobufFormatException(String message) {
    super(message);
  }
}
