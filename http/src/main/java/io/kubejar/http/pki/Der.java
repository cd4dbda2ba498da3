package io.kubejar.http.pki;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/// Writes the few ASN.1 values that certificates consist of, in their distinguished encoding.
final class Der {
  private static final int INTEGER = 0x02;
  private static final int BIT_STRING = 0x03;
  private static final int OCTET_STRING = 0x04;
  private static final int OBJECT_IDENTIFIER = 0x06;
  private static final int UTF8_STRING = 0x0c;
  private static final int UTC_TIME = 0x17;
  private static final int GENERALIZED_TIME = 0x18;
  private static final int SEQUENCE = 0x30;
  private static final int SET = 0x31;

  private static final DateTimeFormatter UTC =
      DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter GENERALIZED =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private Der() {}

  static byte[] sequence(byte[]... elements) {
    return tagged(SEQUENCE, concat(elements));
  }

  static byte[] sequence(List<byte[]> elements) {
    return sequence(elements.toArray(byte[][]::new));
  }

  static byte[] set(byte[] element) {
    return tagged(SET, element); // Sets of several would have to be sorted.
  }

  static byte[] integer(BigInteger value) {
    return tagged(INTEGER, value.toByteArray());
  }

  static byte[] integer(long value) {
    return integer(BigInteger.valueOf(value));
  }

  static byte[] bool(boolean value) {
    return new byte[] {1, 1, (byte) (value ? 0xff : 0)};
  }

  static byte[] nothing() {
    return new byte[] {5, 0};
  }

  static byte[] octets(byte[] content) {
    return tagged(OCTET_STRING, content);
  }

  static byte[] bits(byte[] content) {
    return bits(content, 0);
  }

  static byte[] bits(byte[] content, int unusedBits) {
    return tagged(BIT_STRING, concat(new byte[] {(byte) unusedBits}, content));
  }

  static byte[] utf8(String text) {
    return tagged(UTF8_STRING, text.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] time(Instant instant) {
    int year = instant.atOffset(ZoneOffset.UTC).getYear();
    boolean twoDigits = year >= 1950 && year < 2050; // As RFC 5280 wants it.
    var text = (twoDigits ? UTC : GENERALIZED).format(instant);
    return tagged(
        twoDigits ? UTC_TIME : GENERALIZED_TIME, text.getBytes(StandardCharsets.US_ASCII));
  }

  static byte[] oid(String dotted) {
    var parts = dotted.split("\\.", -1);
    var out = new ByteArrayOutputStream();
    base128(out, Long.parseLong(parts[0]) * 40 + Long.parseLong(parts[1]));
    for (int i = 2; i < parts.length; i++) {
      base128(out, Long.parseLong(parts[i]));
    }
    return tagged(OBJECT_IDENTIFIER, out.toByteArray());
  }

  /// A context-specific tag around whole elements.
  static byte[] explicit(int number, byte[] element) {
    return tagged(0xa0 | number, element);
  }

  /// A context-specific tag in place of a primitive's own.
  static byte[] implicit(int number, byte[] content) {
    return tagged(0x80 | number, content);
  }

  static byte[] concat(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (var part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] tagged(int tag, byte[] content) {
    var out = new ByteArrayOutputStream(content.length + 6);
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else {
      var length = BigInteger.valueOf(content.length).toByteArray();
      int skip = length[0] == 0 ? 1 : 0;
      out.write(0x80 | (length.length - skip));
      out.write(length, skip, length.length - skip);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static void base128(ByteArrayOutputStream out, long value) {
    for (int shift = 63 / 7 * 7; shift > 0; shift -= 7) {
      if (value >>> shift != 0) {
        out.write((int) (value >>> shift & 0x7f) | 0x80);
      }
    }
    out.write((int) (value & 0x7f));
  }
}
