package io.kubejar.apimachinery.protobuf;

import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.Codec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Reads the fields of a message one by one; what it does not know the caller skips.
public final class ProtobufReader {
  /// Deeper messages would overflow the stack.
  public static final int DEEPEST_NESTING = 1000;

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int DELIMITED = 2;
  private static final int GROUP_START = 3;
  private static final int GROUP_END = 4;
  private static final int FIXED32 = 5;

  private final byte[] buffer;
  private int at;
  private int end;
  private int field;
  private int wireType;
  private int depth;

  private ProtobufReader(byte[] buffer, int from, int to) {
    this.buffer = buffer;
    this.at = from;
    this.end = to;
  }

  public static ProtobufReader of(byte[] message) {
    return new ProtobufReader(message, 0, message.length);
  }

  public static ProtobufReader of(byte[] buffer, int from, int to) {
    return new ProtobufReader(buffer, from, to);
  }

  /// The number of the next field of this message, 0 at its end.
  public int nextField() {
    if (at >= end) {
      return 0;
    }
    long tag = varint();
    field = (int) (tag >>> 3);
    wireType = (int) (tag & 7);
    if (tag >>> 32 != 0 || field <= 0) {
      throw new ProtobufFormatException("proto: illegal tag " + field + " (wire type " + tag + ")");
    }
    return field;
  }

  /// Passes over the value of the field.
  public void skip() {
    switch (wireType) {
      case VARINT -> varint();
      case FIXED64 -> advance(Long.BYTES);
      case DELIMITED -> advance(length());
      case FIXED32 -> advance(Integer.BYTES);
      case GROUP_START -> skipGroup(field);
      default -> throw new ProtobufFormatException("proto: illegal wireType " + wireType);
    }
  }

  private void skipGroup(int group) {
    enter();
    while (true) {
      if (nextField() == 0) {
        throw truncated();
      }
      if (wireType == GROUP_END) {
        if (field != group) {
          throw new ProtobufFormatException("proto: unexpected end of group");
        }
        depth--;
        return;
      }
      skip();
    }
  }

  public String string() {
    expect(DELIMITED);
    int length = length();
    var text = new String(buffer, at, length, StandardCharsets.UTF_8);
    at += length;
    return text;
  }

  public Bytes bytes() {
    expect(DELIMITED);
    int length = length();
    var bytes = Bytes.wrap(Arrays.copyOfRange(buffer, at, at + length));
    at += length;
    return bytes;
  }

  public boolean bool() {
    expect(VARINT);
    return varint() != 0;
  }

  public int int32() {
    expect(VARINT);
    return (int) varint();
  }

  public long int64() {
    expect(VARINT);
    return varint();
  }

  public double float64() {
    expect(FIXED64);
    int from = at;
    advance(Long.BYTES);
    long bits = 0;
    for (int i = Long.BYTES - 1; i >= 0; i--) {
      bits = (bits << 8) | (buffer[from + i] & 0xFF);
    }
    return Double.longBitsToDouble(bits);
  }

  public <T> T message(Codec<T> codec) {
    int outer = beginMessage();
    T value = codec.readProtobuf(this);
    endMessage(outer);
    return value;
  }

  /// Steps into the message of this field; give the answer to [#endMessage].
  public int beginMessage() {
    expect(DELIMITED);
    int length = length();
    enter();
    int outer = end;
    end = at + length;
    return outer;
  }

  public void endMessage(int outer) {
    depth--;
    at = end;
    end = outer;
  }

  /// The list with one more item. The list is changed in place if it came from here.
  public <T> List<T> add(List<T> list, T item) {
    var growing = list instanceof ArrayList<T> same ? same : new ArrayList<>(list);
    growing.add(item);
    return growing;
  }

  /// Likewise for whole numbers, which may come one by one or all in one field.
  public List<Long> addLongs(List<Long> list) {
    if (wireType != DELIMITED) {
      return add(list, int64());
    }
    var growing = list;
    int outer = beginMessage();
    while (at < end) {
      growing = add(growing, varint());
    }
    endMessage(outer);
    return growing;
  }

  public List<Integer> addInts(List<Integer> list) {
    if (wireType != DELIMITED) {
      return add(list, int32());
    }
    var growing = list;
    int outer = beginMessage();
    while (at < end) {
      growing = add(growing, (int) varint());
    }
    endMessage(outer);
    return growing;
  }

  public Map<String, String> putString(Map<String, String> map) {
    String key = "";
    String value = "";
    int outer = beginMessage();
    for (int each = nextField(); each != 0; each = nextField()) {
      switch (each) {
        case 1 -> key = string();
        case 2 -> value = string();
        default -> skip();
      }
    }
    endMessage(outer);
    return put(map, key, value);
  }

  public Map<String, Bytes> putBytes(Map<String, Bytes> map) {
    String key = "";
    Bytes value = Bytes.EMPTY;
    int outer = beginMessage();
    for (int each = nextField(); each != 0; each = nextField()) {
      switch (each) {
        case 1 -> key = string();
        case 2 -> value = bytes();
        default -> skip();
      }
    }
    endMessage(outer);
    return put(map, key, value);
  }

  public <T> Map<String, T> putMessage(Map<String, T> map, Codec<T> codec) {
    String key = "";
    int valueAt = end;
    int valueEnd = end;
    int outer = beginMessage();
    for (int each = nextField(); each != 0; each = nextField()) {
      switch (each) {
        case 1 -> key = string();
        case 2 -> {
          expect(DELIMITED);
          int length = length();
          valueAt = at;
          valueEnd = at + length;
          at = valueEnd;
        }
        default -> skip();
      }
    }
    int after = end;
    at = Math.min(valueAt, valueEnd);
    end = valueEnd;
    T value = codec.readProtobuf(this);
    end = after;
    endMessage(outer);
    return put(map, key, value);
  }

  private static <T> Map<String, T> put(Map<String, T> map, String key, T value) {
    var growing = map instanceof HashMap<String, T> same ? same : new HashMap<>(map);
    growing.put(key, value);
    return growing;
  }

  private void enter() {
    if (++depth > DEEPEST_NESTING) {
      throw new ProtobufFormatException("proto: message nested too deeply");
    }
  }

  private void expect(int wanted) {
    if (wireType != wanted) {
      throw new ProtobufFormatException(
          "proto: wrong wireType = " + wireType + " for field " + field);
    }
  }

  private int length() {
    long length = varint();
    if (length < 0) {
      throw new ProtobufFormatException("proto: negative length found during unmarshaling");
    }
    if (length > end - at) {
      throw truncated();
    }
    return (int) length;
  }

  private void advance(int count) {
    if (count > end - at) {
      throw truncated();
    }
    at += count;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (at >= end) {
        throw truncated();
      }
      byte next = buffer[at++];
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new ProtobufFormatException("proto: integer overflow");
  }

  private static ProtobufFormatException truncated() {
    return new ProtobufFormatException("unexpected EOF");
  }
}
