package io.kubejar.apiserver.encryption;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apiserver.encryption.EncryptionMetrics.Direction;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/// Encrypts with a key that a key management plugin keeps secret. The plugin is asked once for each
/// key, not for each value: whoever has a key remembers it.
final class EnvelopeTransformer implements Transformer {
  /// One key is made per start of a server and per key of the plugin.
  private static final int KEYS_MAX = 10_000;

  private final KmsProvider provider;
  private final RandomGenerator random;
  private final EncryptionMetrics metrics;

  private final Map<Envelope.Identity, Transformer> keys =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Envelope.Identity, Transformer> oldest) {
              return size() > KEYS_MAX;
            }
          });

  EnvelopeTransformer(KmsProvider provider, RandomGenerator random, EncryptionMetrics metrics) {
    this.provider = provider;
    this.random = random;
    this.metrics = metrics;
  }

  @Override
  public byte[] toStorage(byte[] plain, byte[] context) {
    try {
      var current = provider.forWriting();
      remember(current.envelope().identity(), current.transformer());
      var encrypted = current.transformer().toStorage(plain, context);
      metrics.keyUsed(Direction.TO_STORAGE, provider.name(), current.keyId());
      return current.envelope().with(encrypted).encode();
    } catch (UnreadableException unavailable) {
      throw ApiException.internal(String.valueOf(unavailable.getMessage()));
    }
  }

  @Override
  public Plain fromStorage(byte[] stored, byte[] context) throws UnreadableException {
    var envelope = Envelope.decode(stored);
    var current = provider.current();
    var known = keys.get(envelope.identity());
    var transformer = known == null ? learn(envelope) : known;
    metrics.keyUsed(Direction.FROM_STORAGE, provider.name(), envelope.key().keyId());
    var plain = transformer.fromStorage(envelope.data().toArray(), context);
    boolean ofToday =
        envelope.key().keyId().equals(current.keyId())
            && envelope.kind() == current.envelope().kind();
    return new Plain(plain.bytes(), plain.stale() || !ofToday);
  }

  private Transformer learn(Envelope envelope) throws UnreadableException {
    var key = provider.decrypt(envelope.key()).toArray();
    Transformer transformer;
    if (envelope.kind() == Envelope.SEED) {
      transformer = new SeededAesGcm(key, random);
    } else if (key.length == 16 || key.length == 24 || key.length == 32) {
      transformer = new AesGcm(key, random);
    } else {
      throw new UnreadableException("crypto/aes: invalid key size " + key.length);
    }
    remember(envelope.identity(), transformer);
    return transformer;
  }

  private void remember(Envelope.Identity identity, Transformer transformer) {
    if (keys.put(identity, transformer) == null) {
      metrics.keysKnown(provider.name(), keys.size());
    }
  }
}
