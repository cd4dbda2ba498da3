package io.kubejar.apiserver.encryption;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// AES-GCM with a key of its own for every value: 32 random bytes, from which the seed makes the
/// key, then what [AesGcm] writes. Keys and nonces are never used up, so one seed may write for
/// ever.
final class SeededAesGcm implements Transformer {
  static final int SEED_BYTES = 32;
  private static final int INFO_BYTES = 32;
  private static final int KEY_BYTES = 32;

  private final byte[] seed;
  private final RandomGenerator random;

  /// @param random must be fit for cryptography
  /// @throws UnreadableException if the seed is too short
  SeededAesGcm(byte[] seed, RandomGenerator random) throws UnreadableException {
    if (seed.length < SEED_BYTES) {
      throw new UnreadableException(
          "invalid seed length " + seed.length + " used for key generation");
    }
    this.seed = seed.clone();
    this.random = random;
  }

  @Override
  public byte[] toStorage(byte[] plain, byte[] context) {
    var info = new byte[INFO_BYTES];
    random.nextBytes(info);
    return Prefixed.joined(info, derived(info).toStorage(plain, context));
  }

  @Override
  public Plain fromStorage(byte[] stored, byte[] context) throws UnreadableException {
    if (stored.length < INFO_BYTES) {
      throw new UnreadableException("the stored data was shorter than the required size");
    }
    var info = Arrays.copyOf(stored, INFO_BYTES);
    var rest = Arrays.copyOfRange(stored, INFO_BYTES, stored.length);
    return derived(info).fromStorage(rest, context);
  }

  private AesGcm derived(byte[] info) {
    try {
      var expansion =
          HKDFParameterSpec.expandOnly(new SecretKeySpec(seed, "HKDF"), info, KEY_BYTES);
      return new AesGcm(KDF.getInstance("HKDF-SHA256").deriveData(expansion), random);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible); // Every JDK has it since 25.
    }
  }
}
