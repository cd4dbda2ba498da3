package io.kubejar.apiserver.encryption;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The authenticator Poly1305 (RFC 8439, section 2.5): a polynomial over the message's blocks
/// modulo 2^130 - 5, evaluated at a secret point. Numbers are five limbs of 26 bits, so that no
/// step depends on what they hold.
final class Poly1305 {
  static final int TAG_BYTES = 16;

  private static final int BLOCK = 16;
  private static final long MASK = (1L << 26) - 1;

  private Poly1305() {}

  /// @param key of 32 bytes, for this one message
  static byte[] tag(byte[] key, byte[] message) {
    var words = ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN);
    // The specification clears some bits of the point.
    var r =
        limbs(words.getLong(0) & 0x0ffffffc0fffffffL, words.getLong(8) & 0x0ffffffc0ffffffcL, 0);
    var sum = new long[5];
    for (int start = 0; start < message.length; start += BLOCK) {
      add(sum, block(message, start));
      multiply(sum, r);
    }
    return result(sum, words.getLong(16), words.getLong(24));
  }

  /// A block with a one behind it.
  private static long[] block(byte[] message, int start) {
    var bytes = new byte[BLOCK + 1];
    int length = Math.min(BLOCK, message.length - start);
    System.arraycopy(message, start, bytes, 0, length);
    bytes[length] = 1;
    var words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    return limbs(words.getLong(0), words.getLong(8), bytes[BLOCK]);
  }

  private static long[] limbs(long low, long high, long top) {
    return new long[] {
      low & MASK,
      (low >>> 26) & MASK,
      ((low >>> 52) | (high << 12)) & MASK,
      (high >>> 14) & MASK,
      (high >>> 40) | (top << 24)
    };
  }

  private static void add(long[] sum, long[] block) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += block[i];
    }
  }

  private static void multiply(long[] sum, long[] r) {
    var product = new long[5];
    for (int i = 0; i < 5; i++) {
      for (int j = 0; j < 5; j++) {
        // What is beyond 2^130 comes back times five.
        long factor = i + j < 5 ? r[j] : 5 * r[j];
        product[(i + j) % 5] += sum[i] * factor;
      }
    }
    System.arraycopy(product, 0, sum, 0, 5);
    carry(sum);
  }

  private static void carry(long[] number) {
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 4; i++) {
        number[i + 1] += number[i] >>> 26;
        number[i] &= MASK;
      }
      number[0] += 5 * (number[4] >>> 26);
      number[4] &= MASK;
    }
  }

  private static byte[] result(long[] sum, long padLow, long padHigh) {
    carry(sum);
    var reduced = reduced(sum);
    long low = reduced[0] | (reduced[1] << 26) | (reduced[2] << 52);
    long high = (reduced[2] >>> 12) | (reduced[3] << 14) | (reduced[4] << 40);
    long tagLow = low + padLow;
    long overflow = Long.compareUnsigned(tagLow, low) < 0 ? 1 : 0;
    return ByteBuffer.allocate(TAG_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(tagLow)
        .putLong(high + padHigh + overflow)
        .array();
  }

  /// The number itself, or less the prime if it is not below it; chosen without a branch.
  private static long[] reduced(long[] number) {
    var less = number.clone();
    less[0] += 5;
    for (int i = 0; i < 4; i++) {
      less[i + 1] += less[i] >>> 26;
      less[i] &= MASK;
    }
    long atLeastPrime = -(less[4] >>> 26); // All ones, or zero.
    less[4] &= MASK;
    var chosen = new long[5];
    for (int i = 0; i < 5; i++) {
      chosen[i] = (less[i] & atLeastPrime) | (number[i] & ~atLeastPrime);
    }
    return chosen;
  }
}
