package io.kubejar.apimachinery.protobuf;

import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.FrozenMap;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Fills a buffer from its end to its start, so that the length of a message is known when its head
/// is written.
///
/// Callers write fields, and items of a field, last one first. Methods named `opt…` write nothing
/// for null.
public final class ProtobufWriter {
  private static final int FIRST_SIZE = 1024;
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int DELIMITED = 2;

  private byte[] buffer = new byte[FIRST_SIZE];
  private int start = FIRST_SIZE;

  /// How many bytes there are so far.
  public int size() {
    return buffer.length - start;
  }

  public byte[] bytes() {
    return Arrays.copyOfRange(buffer, start, buffer.length);
  }

  public void string(int field, String value) {
    int mark = size();
    text(value);
    endMessage(field, mark);
  }

  public void optString(int field, @Nullable String value) {
    if (value != null) {
      string(field, value);
    }
  }

  public void bool(int field, boolean value) {
    room(1);
    buffer[--start] = (byte) (value ? 1 : 0);
    tag(field, VARINT);
  }

  public void optBool(int field, @Nullable Boolean value) {
    if (value != null) {
      bool(field, value);
    }
  }

  /// A whole number of 32 or 64 bits: both look the same.
  public void number(int field, long value) {
    varint(value);
    tag(field, VARINT);
  }

  public void optNumber(int field, @Nullable Number value) {
    if (value != null) {
      number(field, value.longValue());
    }
  }

  public void optDouble(int field, @Nullable Double value) {
    if (value != null) {
      room(Long.BYTES);
      long bits = Double.doubleToRawLongBits(value);
      for (int shift = 56; shift >= 0; shift -= 8) {
        buffer[--start] = (byte) (bits >>> shift);
      }
      tag(field, FIXED64);
    }
  }

  /// Nothing for no bytes, as upstream for a nil slice.
  public void bytes(int field, Bytes value) {
    if (!value.isEmpty()) {
      alwaysBytes(field, value);
    }
  }

  private void alwaysBytes(int field, Bytes value) {
    room(value.size());
    start -= value.size();
    value.copyTo(buffer, start);
    varint(value.size());
    tag(field, DELIMITED);
  }

  public void strings(int field, List<String> values) {
    for (int i = values.size() - 1; i >= 0; i--) {
      string(field, values.get(i));
    }
  }

  public void numbers(int field, List<? extends Number> values) {
    for (int i = values.size() - 1; i >= 0; i--) {
      number(field, values.get(i).longValue());
    }
  }

  public void bools(int field, List<Boolean> values) {
    for (int i = values.size() - 1; i >= 0; i--) {
      bool(field, values.get(i));
    }
  }

  public <T> void message(int field, T value, Codec<T> codec) {
    int mark = size();
    codec.writeProtobuf(value, this);
    endMessage(field, mark);
  }

  public <T> void optMessage(int field, @Nullable T value, Codec<T> codec) {
    if (value != null) {
      message(field, value, codec);
    }
  }

  public <T> void messages(int field, List<T> values, Codec<T> codec) {
    for (int i = values.size() - 1; i >= 0; i--) {
      message(field, values.get(i), codec);
    }
  }

  /// Puts length and tag before what was written since the buffer had this size.
  public void endMessage(int field, int sizeBefore) {
    varint(size() - sizeBefore);
    tag(field, DELIMITED);
  }

  public void stringMap(int field, Map<String, String> map) {
    var sorted = FrozenMap.copyOf(map);
    for (int i = sorted.size() - 1; i >= 0; i--) {
      int mark = size();
      string(2, sorted.valueAt(i));
      string(1, sorted.keyAt(i));
      endMessage(field, mark);
    }
  }

  public void bytesMap(int field, Map<String, Bytes> map) {
    var sorted = FrozenMap.copyOf(map);
    for (int i = sorted.size() - 1; i >= 0; i--) {
      int mark = size();
      alwaysBytes(2, sorted.valueAt(i));
      string(1, sorted.keyAt(i));
      endMessage(field, mark);
    }
  }

  public <T> void messageMap(int field, Map<String, T> map, Codec<T> codec) {
    var sorted = FrozenMap.copyOf(map);
    for (int i = sorted.size() - 1; i >= 0; i--) {
      int mark = size();
      message(2, sorted.valueAt(i), codec);
      string(1, sorted.keyAt(i));
      endMessage(field, mark);
    }
  }

  private void text(String value) {
    int length = value.length();
    room(length);
    int at = start;
    for (int i = length - 1; i >= 0; i--) {
      char c = value.charAt(i);
      if (c >= 0x80) {
        // Rare; what was written of it so far is written again.
        var utf8 = value.getBytes(StandardCharsets.UTF_8);
        room(utf8.length);
        start -= utf8.length;
        System.arraycopy(utf8, 0, buffer, start, utf8.length);
        return;
      }
      buffer[--at] = (byte) c;
    }
    start = at;
  }

  private void tag(int field, int wireType) {
    varint(((long) field << 3) | wireType);
  }

  private void varint(long value) {
    int size = 1;
    for (long rest = value >>> 7; rest != 0; rest >>>= 7) {
      size++;
    }
    room(size);
    start -= size;
    int at = start;
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      buffer[at++] = (byte) ((rest & 0x7F) | 0x80);
      rest >>>= 7;
    }
    buffer[at] = (byte) rest;
  }

  private void room(int wanted) {
    if (start < wanted) {
      int used = size();
      int size = Math.max(buffer.length * 2, Math.addExact(used, wanted) * 2);
      var larger = new byte[size];
      System.arraycopy(buffer, start, larger, size - used, used);
      buffer = larger;
      start = size - used;
    }
  }
}
