package io.kubejar.apiserver.encryption;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/// NaCl's secretbox: XSalsa20 and Poly1305. A random nonce of 24 bytes, then the tag, then the
/// cipher text. The context is not authenticated, as upstream has it.
final class SecretBox implements Transformer {
  /// The first block's half of the key stream is the authenticator's key.
  private static final int TAG_KEY_BYTES = 32;

  private static final int HEAD = XSalsa20.NONCE_BYTES + Poly1305.TAG_BYTES;

  private final byte[] key;
  private final RandomGenerator random;

  /// @param key of 32 bytes
  /// @param random must be fit for cryptography
  SecretBox(byte[] key, RandomGenerator random) {
    this.key = key.clone();
    this.random = random;
  }

  @Override
  public byte[] toStorage(byte[] plain, byte[] context) {
    var nonce = new byte[XSalsa20.NONCE_BYTES];
    random.nextBytes(nonce);
    return Prefixed.joined(nonce, sealed(plain, nonce));
  }

  @Override
  public Plain fromStorage(byte[] stored, byte[] context) throws UnreadableException {
    if (stored.length < XSalsa20.NONCE_BYTES) {
      throw new UnreadableException("the stored data was shorter than the required size");
    }
    if (stored.length < HEAD) {
      throw forged();
    }
    var nonce = Arrays.copyOf(stored, XSalsa20.NONCE_BYTES);
    var tag = Arrays.copyOfRange(stored, XSalsa20.NONCE_BYTES, HEAD);
    var cipherText = Arrays.copyOfRange(stored, HEAD, stored.length);
    var opened =
        new XSalsa20(key, nonce).combine(Prefixed.joined(new byte[TAG_KEY_BYTES], cipherText));
    var tagKey = Arrays.copyOf(opened, TAG_KEY_BYTES);
    if (!MessageDigest.isEqual(tag, Poly1305.tag(tagKey, cipherText))) {
      throw forged();
    }
    return new Plain(Arrays.copyOfRange(opened, TAG_KEY_BYTES, opened.length), false);
  }

  byte[] sealed(byte[] plain, byte[] nonce) {
    var combined =
        new XSalsa20(key, nonce).combine(Prefixed.joined(new byte[TAG_KEY_BYTES], plain));
    var tagKey = Arrays.copyOf(combined, TAG_KEY_BYTES);
    var cipherText = Arrays.copyOfRange(combined, TAG_KEY_BYTES, combined.length);
    return Prefixed.joined(Poly1305.tag(tagKey, cipherText), cipherText);
  }

  private static UnreadableException forged() {
    return new UnreadableException("output array was not large enough for encryption");
  }
}
