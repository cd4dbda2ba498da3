package io.kubejar.apimachinery.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes compact JSON in UTF-8.
final class JsonBytes implements JsonSink {
  private static final int FIRST_SIZE = 1024;

  private byte[] buffer = new byte[FIRST_SIZE];
  private int size;

  byte[] bytes() {
    return Arrays.copyOf(buffer, size);
  }

  @Override
  public void beginObject() {
    comma();
    put('{');
  }

  @Override
  public void endObject() {
    put('}');
  }

  @Override
  public void beginArray() {
    comma();
    put('[');
  }

  @Override
  public void endArray() {
    put(']');
  }

  @Override
  public void name(String name) {
    string(name);
    put(':');
  }

  @Override
  public void string(String value) {
    comma();
    int length = value.length();
    room(length + 2);
    buffer[size++] = '"';
    int i = 0;
    for (; i < length; i++) {
      char c = value.charAt(i);
      if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\') {
        break;
      }
      buffer[size++] = (byte) c;
    }
    if (i < length) {
      escaped(value, i);
    }
    put('"');
  }

  private void escaped(String value, int from) {
    var text = new StringBuilder(value.length() + 16);
    JsonPrinter.quote(value.substring(from), text);
    append(text.substring(1, text.length() - 1).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void number(String text) {
    ascii(text);
  }

  @Override
  public void bool(boolean value) {
    ascii(value ? "true" : "false");
  }

  @Override
  public void nullValue() {
    ascii("null");
  }

  @Override
  public void raw(byte[] json) {
    comma();
    append(json);
  }

  @Override
  public void value(JsonValue value) {
    raw(JsonPrinter.printUtf8(value));
  }

  /// A comma is due after anything but an opening or a colon.
  private void comma() {
    if (size > 0) {
      byte last = buffer[size - 1];
      if (last != '{' && last != '[' && last != ':') {
        put(',');
      }
    }
  }

  private void ascii(String text) {
    comma();
    int length = text.length();
    room(length);
    for (int i = 0; i < length; i++) {
      buffer[size++] = (byte) text.charAt(i);
    }
  }

  private void append(byte[] bytes) {
    room(bytes.length);
    System.arraycopy(bytes, 0, buffer, size, bytes.length);
    size += bytes.length;
  }

  private void put(char c) {
    room(1);
    buffer[size++] = (byte) c;
  }

  private void room(int wanted) {
    if (buffer.length - size < wanted) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, Math.addExact(size, wanted)));
    }
  }
}
