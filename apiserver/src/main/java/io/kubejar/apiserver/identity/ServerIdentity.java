package io.kubejar.apiserver.identity;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Which API server this is. The same host gives the same identity, after a restart too, and the
/// one that kube-apiserver has there.
public record ServerIdentity(String hostname) {
  /// What it is, among other programs with Leases of this kind.
  public static final String COMPONENT = "kube-apiserver";

  private static final int HASH_BYTES = 16;
  private static final int DIGIT_BITS = 5;
  private static final String BASE_32 = "abcdefghijklmnopqrstuvwxyz234567";

  /// `apiserver-` and a hash of host and component.
  public String id() {
    var hashed = new ByteArrayOutputStream();
    append(hashed, hostname);
    append(hashed, COMPONENT);
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(hashed.toByteArray());
      return "apiserver-" + base32(hash, HASH_BYTES);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // Every JVM has it.
    }
  }

  /// A text behind its length, in two bytes.
  private static void append(ByteArrayOutputStream out, String text) {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    out.write(bytes.length >> Byte.SIZE);
    out.write(bytes.length);
    out.writeBytes(bytes);
  }

  /// In lower case, without padding.
  private static String base32(byte[] bytes, int length) {
    var text = new StringBuilder();
    int pending = 0;
    int bits = 0;
    for (int i = 0; i < length; i++) {
      pending = (pending << Byte.SIZE) | (bytes[i] & 0xff);
      bits += Byte.SIZE;
      for (; bits >= DIGIT_BITS; bits -= DIGIT_BITS) {
        text.append(BASE_32.charAt((pending >> (bits - DIGIT_BITS)) & 31));
      }
      pending &= (1 << bits) - 1;
    }
    return bits == 0
        ? text.toString()
        : text.append(BASE_32.charAt((pending << (DIGIT_BITS - bits)) & 31)).toString();
  }
}
