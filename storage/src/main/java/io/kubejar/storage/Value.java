package io.kubejar.storage;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Bytes that never change, compared by content.
///
/// Values are shared by reference between the store, its history and all readers, so whoever lends
/// an array to [#wrap(byte\[\])], or borrows one from [#array()], must not write to it.
public final class Value {
  public static final Value EMPTY = new Value(new byte[0]);

  private final byte[] bytes;

  private Value(byte[] bytes) {
    this.bytes = bytes;
  }

  /// A copy of the bytes.
  public static Value of(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Value(bytes.clone());
  }

  /// The UTF-8 bytes of a text.
  public static Value of(String text) {
    return wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /// The array itself, which the caller must never write to again.
  public static Value wrap(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Value(bytes);
  }

  public int size() {
    return bytes.length;
  }

  /// The array itself: for reading only.
  public byte[] array() {
    return bytes;
  }

  /// A copy of the bytes.
  public byte[] toByteArray() {
    return bytes.clone();
  }

  public InputStream newInput() {
    return new ByteArrayInputStream(bytes);
  }

  public ByteBuffer toReadOnlyBuffer() {
    return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
  }

  /// The bytes read as UTF-8.
  public String toUtf8() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Value that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /// The size only: values may be secrets and must not get into logs.
  @Override
  public String toString() {
    return "Value[" + bytes.length + " bytes]";
  }
}
