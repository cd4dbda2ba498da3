package io.kubejar.apimachinery.json;

import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// What bytes that should be Unicode count as: the rules of Go's decoders, which take what is none
/// for U+FFFD, byte by byte, instead of refusing it.
final class Utf8 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final long HIGHEST_BITS = 0x8080808080808080L;
  private static final long ONES = 0x0101010101010101L;
  private static final long BACKSLASHES = ONES * '\\';

  private static final byte[] REPLACEMENT = {(byte) 0xef, (byte) 0xbf, (byte) 0xbd};

  /// Backslash, letter and four digits.
  private static final int ESCAPE = 6;

  private static final int HEX_DIGITS = 4;

  private Utf8() {}

  /// A JSON text that says nothing but Unicode, neither by its bytes nor by its escapes. It is the
  /// same array if that holds already.
  static byte[] repaired(byte[] json) {
    int at = pass(json, 0);
    if (at == json.length) {
      return json;
    }
    ByteArrayOutputStream out = null;
    int kept = 0;
    while (at < json.length) {
      int sound = json[at] == '\\' ? escape(json, at) : sequence(json, at);
      if (sound > 0) {
        at = pass(json, at + sound);
        continue;
      }
      if (out == null) {
        out = new ByteArrayOutputStream(json.length);
      }
      out.write(json, kept, at - kept);
      out.writeBytes(REPLACEMENT);
      kept = at - sound;
      at = pass(json, kept);
    }
    if (out == null) {
      return json;
    }
    out.write(json, kept, json.length - kept);
    return out.toByteArray();
  }

  /// Where the first byte is that is in no well-formed sequence; the length if there is none.
  static int firstBroken(byte[] text) {
    int at = 0;
    while (at < text.length) {
      int length = sequence(text, at);
      if (length <= 0) {
        return at;
      }
      at += length;
    }
    return at;
  }

  /// The next place with a backslash or a byte outside of ASCII, or the end.
  private static int pass(byte[] text, int from) {
    int at = Math.min(from, text.length);
    for (; at + Long.BYTES <= text.length; at += Long.BYTES) {
      long eight = (long) LONGS.get(text, at);
      long backslashes = eight ^ BACKSLASHES; // Zero where one is.
      if (((eight | ((backslashes - ONES) & ~backslashes)) & HIGHEST_BITS) != 0) {
        break;
      }
    }
    while (at < text.length && text[at] >= 0 && text[at] != '\\') {
      at++;
    }
    return at;
  }

  /// How long the escape is; negative if it is half of a pair whose other half is missing.
  private static int escape(byte[] json, int at) {
    int unit = unit(json, at);
    if (unit < Character.MIN_SURROGATE || unit > Character.MAX_SURROGATE) {
      return 2; // What follows a backslash is never one that begins something.
    }
    boolean pair =
        unit <= Character.MAX_HIGH_SURROGATE
            && Character.isSurrogate((char) Math.max(0, unit(json, at + ESCAPE)))
            && Character.isLowSurrogate((char) unit(json, at + ESCAPE));
    return pair ? 2 * ESCAPE : -ESCAPE;
  }

  /// What the escape of four digits stands for; -1 if none is here.
  private static int unit(byte[] json, int at) {
    if (at + ESCAPE > json.length || json[at] != '\\' || json[at + 1] != 'u') {
      return -1;
    }
    int unit = 0;
    for (int i = ESCAPE - HEX_DIGITS; i < ESCAPE; i++) {
      int digit = Character.digit(json[at + i], 16);
      if (digit < 0) {
        return -1;
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }

  /// How many bytes the character here has; -1 if it is none.
  private static int sequence(byte[] text, int at) {
    int first = text[at] & 0xff;
    if (first < 0x80) {
      return 1;
    }
    int length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (first < 0xc2 || first > 0xf4 || at + length > text.length) {
      return -1;
    }
    int second = text[at + 1] & 0xff;
    // Longer forms than needed, surrogates, and what lies beyond Unicode.
    int least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    boolean sound = second >= least && second <= most;
    for (int i = 2; i < length; i++) {
      sound &= (text[at + i] & 0xc0) == 0x80;
    }
    return sound ? length : -1;
  }
}
