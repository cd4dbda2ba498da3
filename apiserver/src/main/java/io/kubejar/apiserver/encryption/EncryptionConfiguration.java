package io.kubejar.apiserver.encryption;

import io.kubejar.apimachinery.GroupResource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Which resources are encrypted, and how: `EncryptionConfiguration` of
/// `apiserver.config.k8s.io/v1` after it was checked.
public record EncryptionConfiguration(List<Rule> rules) {
  public EncryptionConfiguration {
    rules = List.copyOf(rules);
  }

  /// What holds for some resources. The first provider, and of it the first key, writes; all read.
  ///
  /// @param resources such as `secrets`, `deployments.apps`, `*.apps`, `*.` (the core group) or
  ///   `*.*`
  record Rule(List<GroupResource> resources, List<EncryptionProvider> providers) {
    Rule {
      resources = List.copyOf(resources);
      providers = List.copyOf(providers);
    }
  }

  /// A way to encrypt.
  sealed interface EncryptionProvider {
    record AesGcmKeys(List<NamedKey> keys) implements EncryptionProvider {}

    record AesCbcKeys(List<NamedKey> keys) implements EncryptionProvider {}

    record SecretBoxKeys(List<NamedKey> keys) implements EncryptionProvider {}

    /// @param limit how long the plugin behind the socket may take to answer
    record Kms(String name, Path socket, Duration limit) implements EncryptionProvider {}

    record Plain() implements EncryptionProvider {}
  }

  /// A key with the name under which values remember it.
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  record NamedKey(String name, byte[] secret) {
    /// Without the secret: it must not get into logs.
    @Override
    public String toString() {
      return "NamedKey[" + name + "]";
    }
  }
}
