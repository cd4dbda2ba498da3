package io.kubejar.apiserver.encryption;

import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apiserver.encryption.EncryptionConfiguration.EncryptionProvider;
import io.kubejar.apiserver.encryption.EncryptionConfiguration.NamedKey;
import io.kubejar.apiserver.encryption.Prefixed.Choice;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/// How each resource is stored. The configuration may be replaced while the server runs: what is
/// written from then on follows the new one.
public final class Encryption {
  private static final String API_VERSION = "apiserver.config.k8s.io/v1";
  private static final String KIND = "EncryptionConfiguration";
  private static final String PREFIX = "k8s:enc:";

  private final RandomGenerator random;
  private volatile Map<GroupResource, Transformer> transformers = Map.of();

  /// Nothing is encrypted yet.
  ///
  /// @param random must be fit for cryptography if anything is to be encrypted
  public Encryption(RandomGenerator random) {
    this.random = random;
  }

  /// Follows this configuration from now on.
  ///
  /// @param text YAML or JSON
  /// @throws IllegalArgumentException with everything that is wrong with it; the old one stays
  public void configure(String text) {
    configure(parse(text));
  }

  void configure(EncryptionConfiguration configuration) {
    var choices = new HashMap<GroupResource, List<Choice>>();
    for (var rule : configuration.rules()) {
      var providers = rule.providers().stream().map(this::choice).toList();
      for (var resource : rule.resources()) {
        choices.computeIfAbsent(resource, _ -> new ArrayList<>()).addAll(providers);
      }
    }
    var made = new HashMap<GroupResource, Transformer>();
    choices.forEach(
        (resource, list) -> made.put(resource, new Prefixed(list, "no matching prefix found")));
    transformers = Map.copyOf(made);
  }

  /// How objects of this resource are stored now: by the rule for it, for its group, or for all.
  public Transformer of(GroupResource resource) {
    var rules = transformers;
    return Optional.ofNullable(rules.get(resource))
        .or(() -> Optional.ofNullable(rules.get(new GroupResource(resource.group(), "*"))))
        .or(() -> Optional.ofNullable(rules.get(ResourceNames.EVERYTHING)))
        .orElse(Transformer.NONE);
  }

  /// Whether no resource is encrypted, nor ever was.
  public boolean isOff() {
    return transformers.isEmpty();
  }

  private static EncryptionConfiguration parse(String text) {
    if (!(Yaml.parse(text) instanceof JsonObject document)) {
      throw new IllegalArgumentException("an EncryptionConfiguration is a YAML or JSON object");
    }
    if (!document.text("kind").equals(KIND) || !document.text("apiVersion").equals(API_VERSION)) {
      throw new IllegalArgumentException(
          "expected kind "
              + KIND
              + " of "
              + API_VERSION
              + ", not "
              + document.text("kind")
              + " of "
              + document.text("apiVersion"));
    }
    return ConfigurationReader.read(document);
  }

  private Choice choice(EncryptionProvider provider) {
    return switch (provider) {
      case EncryptionProvider.AesGcmKeys(var keys) ->
          choice("aesgcm", keys, "AES", secret -> new AesGcm(secret, random));
      case EncryptionProvider.AesCbcKeys(var keys) ->
          choice("aescbc", keys, "AES", secret -> new AesCbc(secret, random));
      case EncryptionProvider.SecretBoxKeys(var keys) ->
          choice("secretbox", keys, "secretbox", secret -> new SecretBox(secret, random));
      case EncryptionProvider.Plain() -> new Choice("", new Identity());
    };
  }

  private static Choice choice(
      String name, List<NamedKey> keys, String family, Function<byte[], Transformer> withKey) {
    var choices =
        keys.stream()
            .map(key -> new Choice(key.name() + ":", withKey.apply(key.secret())))
            .toList();
    var noKey = "no matching key was found for the provided " + family + " transformer";
    return new Choice(PREFIX + name + ":v1:", new Prefixed(choices, noKey));
  }
}
