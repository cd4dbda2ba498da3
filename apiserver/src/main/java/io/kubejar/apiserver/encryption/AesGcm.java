package io.kubejar.apiserver.encryption;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// AES in Galois/Counter Mode: a random nonce of 12 bytes, then the cipher text with its tag of 16.
/// The context is authenticated, so a value cannot be moved to another key of the store.
final class AesGcm implements Transformer {
  private static final String ALGORITHM = "AES/GCM/NoPadding";
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  private final SecretKey key;
  private final RandomGenerator random;

  /// @param key of 16, 24 or 32 bytes
  /// @param random must be fit for cryptography
  AesGcm(byte[] key, RandomGenerator random) {
    this.key = new SecretKeySpec(key, "AES");
    this.random = random;
  }

  @Override
  public byte[] toStorage(byte[] plain, byte[] context) {
    var nonce = new byte[NONCE];
    random.nextBytes(nonce);
    try {
      var cipher = cipher(Cipher.ENCRYPT_MODE, nonce, context);
      return Prefixed.joined(nonce, cipher.doFinal(plain));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible); // Every JDK has it, and the key's size is right.
    }
  }

  @Override
  public Plain fromStorage(byte[] stored, byte[] context) throws UnreadableException {
    if (stored.length < NONCE) {
      throw new UnreadableException("the stored data was shorter than the required size");
    }
    try {
      var cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(stored, NONCE), context);
      return new Plain(cipher.doFinal(stored, NONCE, stored.length - NONCE), false);
    } catch (GeneralSecurityException forged) {
      throw new UnreadableException("cipher: message authentication failed", forged);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, byte[] context) throws GeneralSecurityException {
    var cipher = Cipher.getInstance(ALGORITHM);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(context);
    return cipher;
  }
}
