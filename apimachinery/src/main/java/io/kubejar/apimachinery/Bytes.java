package io.kubejar.apimachinery;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// An immutable string of bytes, equal by content.
public final class Bytes {
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] content;

  private Bytes(byte[] content) {
    this.content = content;
  }

  /// Copies the array.
  public static Bytes of(byte[] content) {
    return content.length == 0 ? EMPTY : new Bytes(content.clone());
  }

  /// Takes the array over: whoever made it must not change it afterwards.
  public static Bytes wrap(byte[] content) {
    return content.length == 0 ? EMPTY : new Bytes(content);
  }

  public static Bytes utf8(String text) {
    return wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  public static Bytes fromBase64(String text) {
    return wrap(Base64.getDecoder().decode(text));
  }

  public int size() {
    return content.length;
  }

  public boolean isEmpty() {
    return content.length == 0;
  }

  public byte at(int index) {
    return content[index];
  }

  /// A copy.
  public byte[] toArray() {
    return content.clone();
  }

  public InputStream stream() {
    return new ByteArrayInputStream(content);
  }

  public String utf8() {
    return new String(content, StandardCharsets.UTF_8);
  }

  public String base64() {
    return Base64.getEncoder().encodeToString(content);
  }

  /// Copies all bytes to this place of an array.
  public void copyTo(byte[] target, int at) {
    System.arraycopy(content, 0, target, at, content.length);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Bytes that && Arrays.equals(content, that.content);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(content);
  }

  /// Tells the size only: contents are often secret.
  @Override
  public String toString() {
    return "Bytes[" + content.length + "]";
  }
}
