package io.kubejar.apiserver.encryption;

import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.configfile.ConfigFileException;
import io.kubejar.apiserver.configfile.ConfigPart;
import io.kubejar.apiserver.encryption.EncryptionConfiguration.EncryptionProvider;
import io.kubejar.apiserver.encryption.EncryptionConfiguration.NamedKey;
import io.kubejar.apiserver.encryption.EncryptionConfiguration.Rule;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;

/// Reads an `EncryptionConfiguration` and collects everything that is wrong with it, in upstream's
/// words.
final class ConfigurationReader {
  private static final String KIND = "EncryptionConfiguration";
  private static final Set<String> API_VERSIONS = Set.of("apiserver.config.k8s.io/v1");
  private static final List<Integer> AES_KEY_BYTES = List.of(16, 24, 32);
  private static final List<Integer> SECRETBOX_KEY_BYTES = List.of(32);
  private static final List<String> PROVIDERS =
      List.of("aesgcm", "aescbc", "secretbox", "identity", "kms");

  private final List<FieldError> errors = new ArrayList<>();
  private final KmsReader kms = new KmsReader(errors);

  /// @param text YAML or JSON
  /// @throws ConfigFileException with every error in its message
  static EncryptionConfiguration read(String text) {
    var document = ConfigPart.document(text, KIND, API_VERSIONS);
    var reader = new ConfigurationReader();
    var configuration = reader.configuration(document);
    document.done();
    if (!reader.errors.isEmpty()) {
      var texts = reader.errors.stream().map(FieldError::text).toList();
      throw new ConfigFileException(String.join("; ", texts));
    }
    return configuration;
  }

  private EncryptionConfiguration configuration(ConfigPart document) {
    var rules = new ArrayList<Rule>();
    for (var rule : document.parts("resources")) {
      rules.add(rule(rule, "resources[" + rules.size() + "]"));
    }
    if (rules.isEmpty()) {
      errors.add(FieldError.required("resources", "at least one resources is required"));
    }
    checkMasking(rules);
    return new EncryptionConfiguration(rules);
  }

  private Rule rule(ConfigPart rule, String path) {
    var names = rule.texts("resources");
    new ResourceNames(errors).check(names, path + ".resources");
    var at = path + ".providers";
    var providers = rule.parts("providers");
    if (providers.isEmpty()) {
      errors.add(FieldError.required(at, "at least one " + at + " is required"));
    }
    var read = new ArrayList<EncryptionProvider>();
    for (int i = 0; i < providers.size(); i++) {
      provider(providers.get(i), at + "[" + i + "]", read);
    }
    rule.done();
    return new Rule(names.stream().map(ResourceNames::parse).toList(), read);
  }

  private void provider(ConfigPart provider, String path, List<EncryptionProvider> into) {
    var named = new LinkedHashMap<String, ConfigPart>();
    for (var name : PROVIDERS) {
      var part = provider.partOrNull(name);
      if (part != null) {
        named.put(name, part);
      }
    }
    provider.done();
    if (named.isEmpty()) {
      errors.add(
          FieldError.invalid(
              path,
              "{}",
              "provider does not contain any of the expected providers: KMS, AESGCM, AESCBC,"
                  + " Secretbox, Identity"));
      return;
    }
    if (named.size() > 1) {
      errors.add(
          FieldError.invalid(
              path,
              named.keySet().toString(),
              "more than one provider specified in a single element, should split into different"
                  + " list elements"));
      return;
    }
    named.forEach((name, part) -> into.add(provider(name, part, path + "." + name)));
  }

  private EncryptionProvider provider(String name, ConfigPart part, String path) {
    var at = path + ".keys";
    var read =
        switch (name) {
          case "aesgcm" -> new EncryptionProvider.AesGcmKeys(keys(part, at, AES_KEY_BYTES));
          case "aescbc" -> new EncryptionProvider.AesCbcKeys(keys(part, at, AES_KEY_BYTES));
          case "secretbox" ->
              new EncryptionProvider.SecretBoxKeys(keys(part, at, SECRETBOX_KEY_BYTES));
          case "kms" -> kms.read(part, path);
          default -> new EncryptionProvider.Plain();
        };
    part.done();
    return read;
  }

  private List<NamedKey> keys(ConfigPart provider, String path, List<Integer> sizes) {
    var list = provider.parts("keys");
    if (list.isEmpty()) {
      errors.add(FieldError.required(path, "at least one keys is required"));
    }
    var keys = new ArrayList<NamedKey>();
    for (var key : list) {
      keys.add(key(key, path + "[" + keys.size() + "]", sizes));
    }
    return keys;
  }

  private NamedKey key(ConfigPart key, String path, List<Integer> sizes) {
    var name = key.text("name");
    var secret = key.text("secret");
    key.done();
    if (name.isEmpty()) {
      errors.add(FieldError.required(path + ".name", "name is a mandatory field for a key"));
    }
    if (secret.isEmpty()) {
      errors.add(FieldError.required(path + ".secret", "secret is a mandatory field for a key"));
      return new NamedKey(name, new byte[0]);
    }
    return new NamedKey(name, secret(secret, path + ".secret", sizes));
  }

  private byte[] secret(String text, String path, List<Integer> sizes) {
    try {
      var secret = Base64.getDecoder().decode(text);
      if (!sizes.contains(secret.length)) {
        var expected = String.join(" ", sizes.stream().map(String::valueOf).toList());
        errors.add(
            FieldError.invalid(
                path,
                "REDACTED",
                "secret is not of the expected length, got "
                    + secret.length
                    + ", expected one of ["
                    + expected
                    + "]"));
      }
      return secret;
    } catch (IllegalArgumentException _) {
      errors.add(FieldError.invalid(path, "REDACTED", "secrets must be base64 encoded"));
      return new byte[0];
    }
  }

  /// A rule for everything hides those after it, which is never meant.
  private void checkMasking(List<Rule> rules) {
    var seen = new ArrayList<GroupResource>();
    for (var rule : rules) {
      for (var resource : rule.resources()) {
        for (var mask :
            List.of(new GroupResource(resource.group(), "*"), new GroupResource("*", "*"))) {
          if (seen.contains(mask)) {
            errors.add(
                FieldError.invalid(
                    "resources",
                    ResourceNames.text(resource),
                    "resource \""
                        + ResourceNames.text(resource)
                        + "\" is masked by earlier rule \""
                        + ResourceNames.text(mask)
                        + "\""));
            return;
          }
        }
      }
      seen.addAll(rule.resources());
    }
  }
}
