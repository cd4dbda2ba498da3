package io.kubejar.apiserver.encryption;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// AES in Cipher Block Chaining mode with PKCS #7 padding: a random initialization vector of 16
/// bytes, then the blocks. It does not notice changed bytes; it is here to read what exists.
final class AesCbc implements Transformer {
  private static final String ALGORITHM = "AES/CBC/PKCS5Padding";
  private static final int BLOCK = 16;

  private final SecretKey key;
  private final RandomGenerator random;

  /// @param key of 16, 24 or 32 bytes
  /// @param random must be fit for cryptography
  AesCbc(byte[] key, RandomGenerator random) {
    this.key = new SecretKeySpec(key, "AES");
    this.random = random;
  }

  @Override
  public byte[] toStorage(byte[] plain, byte[] context) {
    var vector = new byte[BLOCK];
    random.nextBytes(vector);
    try {
      return Prefixed.joined(vector, cipher(Cipher.ENCRYPT_MODE, vector).doFinal(plain));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible); // Every JDK has it, and the key's size is right.
    }
  }

  @Override
  public Plain fromStorage(byte[] stored, byte[] context) throws UnreadableException {
    if (stored.length < BLOCK) {
      throw new UnreadableException("the stored data was shorter than the required size");
    }
    if (stored.length % BLOCK != 0) {
      throw new UnreadableException("the stored data is not a multiple of the block size");
    }
    if (stored.length == BLOCK) {
      throw new UnreadableException("invalid PKCS7 data (empty or not padded)");
    }
    try {
      var cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(stored, BLOCK));
      return new Plain(cipher.doFinal(stored, BLOCK, stored.length - BLOCK), false);
    } catch (GeneralSecurityException wrongKey) {
      throw new UnreadableException("invalid padding on input", wrongKey);
    }
  }

  private Cipher cipher(int mode, byte[] vector) throws GeneralSecurityException {
    var cipher = Cipher.getInstance(ALGORITHM);
    cipher.init(mode, key, new IvParameterSpec(vector));
    return cipher;
  }
}
