package io.kubejar.apiserver.encryption;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Daniel J. Bernstein's stream cipher XSalsa20 ("Extending the Salsa20 nonce"): HSalsa20 makes a
/// key of the key and the first 16 bytes of the nonce, Salsa20 works with it and the other 8.
final class XSalsa20 {
  static final int KEY_BYTES = 32;
  static final int NONCE_BYTES = 24;

  private static final int BLOCK = 64;
  private static final int DOUBLE_ROUNDS = 10;

  /// "expand 32-byte k", as the specification has it, in four words.
  private static final int[] SIGMA = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};

  private final int[] key;
  private final int[] nonce;

  /// @param key of [#KEY_BYTES]
  /// @param nonce of [#NONCE_BYTES]
  XSalsa20(byte[] key, byte[] nonce) {
    var words = words(nonce, 6);
    this.key = derivedKey(words(key, 8), words);
    this.nonce = new int[] {words[4], words[5]};
  }

  /// The first bytes of the key stream combined with this message: the same operation encrypts and
  /// decrypts.
  byte[] combine(byte[] message) {
    var out = message.clone();
    for (int start = 0; start < out.length; start += BLOCK) {
      var block = block(start / BLOCK);
      for (int i = 0; i < BLOCK && start + i < out.length; i++) {
        out[start + i] ^= (byte) (block[i >> 2] >>> (8 * (i & 3)));
      }
    }
    return out;
  }

  private int[] block(long counter) {
    var input = state(key, nonce[0], nonce[1], (int) counter, (int) (counter >>> 32));
    var mixed = mixed(input);
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] += input[i];
    }
    return mixed;
  }

  private static int[] derivedKey(int[] key, int[] nonce) {
    var mixed = mixed(state(key, nonce[0], nonce[1], nonce[2], nonce[3]));
    return new int[] {
      mixed[0], mixed[5], mixed[10], mixed[15], mixed[6], mixed[7], mixed[8], mixed[9]
    };
  }

  private static int[] state(int[] key, int n0, int n1, int n2, int n3) {
    return new int[] {
      SIGMA[0], key[0], key[1], key[2], key[3], SIGMA[1], n0, n1, n2, n3, SIGMA[2], key[4], key[5],
      key[6], key[7], SIGMA[3]
    };
  }

  private static int[] mixed(int[] input) {
    var x = input.clone();
    for (int i = 0; i < DOUBLE_ROUNDS; i++) {
      quarter(x, 0, 4, 8, 12); // The columns,
      quarter(x, 5, 9, 13, 1);
      quarter(x, 10, 14, 2, 6);
      quarter(x, 15, 3, 7, 11);
      quarter(x, 0, 1, 2, 3); // then the rows.
      quarter(x, 5, 6, 7, 4);
      quarter(x, 10, 11, 8, 9);
      quarter(x, 15, 12, 13, 14);
    }
    return x;
  }

  private static void quarter(int[] x, int a, int b, int c, int d) {
    x[b] ^= Integer.rotateLeft(x[a] + x[d], 7);
    x[c] ^= Integer.rotateLeft(x[b] + x[a], 9);
    x[d] ^= Integer.rotateLeft(x[c] + x[b], 13);
    x[a] ^= Integer.rotateLeft(x[d] + x[c], 18);
  }

  private static int[] words(byte[] bytes, int count) {
    var words = new int[count];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(words);
    return words;
  }
}
