package io.kubejar.apiserver.encryption;

import java.nio.charset.StandardCharsets;

/// Stores values as they are. It refuses to read what another provider encrypted, so that nobody
/// takes a cipher text for an object.
record Identity() implements Transformer {
  private static final byte[] ENCRYPTED = "k8s:enc:".getBytes(StandardCharsets.UTF_8);

  @Override
  public byte[] toStorage(byte[] plain, byte[] context) {
    return plain;
  }

  @Override
  public Plain fromStorage(byte[] stored, byte[] context) throws UnreadableException {
    if (Prefixed.startsWith(stored, ENCRYPTED)) {
      throw new UnreadableException("identity transformer tried to read encrypted data");
    }
    return new Plain(stored, false);
  }
}
