package io.kubejar.apiserver.encryption;

import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.encryption.EncryptionConfiguration.EncryptionProvider;
import io.kubejar.apiserver.encryption.EncryptionConfiguration.NamedKey;
import io.kubejar.apiserver.encryption.EncryptionConfiguration.Rule;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/// Reads an `EncryptionConfiguration` and collects everything that is wrong with it, in upstream's
/// words.
final class ConfigurationReader {
  private static final List<Integer> AES_KEY_BYTES = List.of(16, 24, 32);
  private static final List<Integer> SECRETBOX_KEY_BYTES = List.of(32);
  private static final Set<String> PROVIDERS =
      Set.of("aesgcm", "aescbc", "secretbox", "identity", "kms");

  private final List<FieldError> errors = new ArrayList<>();

  /// @throws IllegalArgumentException with every error in its message
  static EncryptionConfiguration read(JsonObject document) {
    var reader = new ConfigurationReader();
    var configuration = reader.configuration(document);
    if (!reader.errors.isEmpty()) {
      var texts = reader.errors.stream().map(FieldError::text).toList();
      throw new IllegalArgumentException(String.join("; ", texts));
    }
    return configuration;
  }

  private EncryptionConfiguration configuration(JsonObject document) {
    known(document, "", Set.of("apiVersion", "kind", "resources"));
    var rules = new ArrayList<Rule>();
    var list = document.list("resources");
    if (list.isEmpty()) {
      errors.add(FieldError.required("resources", "at least one resources is required"));
    }
    for (int i = 0; i < list.size(); i++) {
      rules.add(rule(object(list.get(i)), "resources[" + i + "]"));
    }
    checkMasking(rules);
    return new EncryptionConfiguration(rules);
  }

  private Rule rule(JsonObject rule, String path) {
    known(rule, path, Set.of("resources", "providers"));
    var names = texts(rule.list("resources"));
    var providers = rule.list("providers");
    new ResourceNames(errors).check(names, path + ".resources");
    if (providers.isEmpty()) {
      var at = path + ".providers";
      errors.add(FieldError.required(at, "at least one " + at + " is required"));
    }
    var read = new ArrayList<EncryptionProvider>();
    for (int i = 0; i < providers.size(); i++) {
      provider(object(providers.get(i)), path + ".providers[" + i + "]", read);
    }
    return new Rule(names.stream().map(ResourceNames::parse).toList(), read);
  }

  private void provider(JsonObject provider, String path, List<EncryptionProvider> into) {
    known(provider, path, PROVIDERS);
    var named = provider.fields().keySet().stream().filter(PROVIDERS::contains).toList();
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
              named.toString(),
              "more than one provider specified in a single element, should split into different"
                  + " list elements"));
      return;
    }
    var name = named.getFirst();
    var keys = provider.object(name).list("keys");
    var at = path + "." + name + ".keys";
    switch (name) {
      case "aesgcm" -> into.add(new EncryptionProvider.AesGcmKeys(keys(keys, at, AES_KEY_BYTES)));
      case "aescbc" -> into.add(new EncryptionProvider.AesCbcKeys(keys(keys, at, AES_KEY_BYTES)));
      case "secretbox" ->
          into.add(new EncryptionProvider.SecretBoxKeys(keys(keys, at, SECRETBOX_KEY_BYTES)));
      case "identity" -> into.add(new EncryptionProvider.Plain());
      default -> errors.add(FieldError.invalid(path, name, "kms providers are not supported"));
    }
  }

  private List<NamedKey> keys(List<JsonValue> list, String path, List<Integer> sizes) {
    if (list.isEmpty()) {
      errors.add(FieldError.required(path, "at least one keys is required"));
    }
    var keys = new ArrayList<NamedKey>();
    for (int i = 0; i < list.size(); i++) {
      keys.add(key(object(list.get(i)), path + "[" + i + "]", sizes));
    }
    return keys;
  }

  private NamedKey key(JsonObject key, String path, List<Integer> sizes) {
    known(key, path, Set.of("name", "secret"));
    var name = key.text("name");
    var secret = key.text("secret");
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

  private void known(JsonObject object, String path, Set<String> fields) {
    for (var name : object.fields().keySet()) {
      if (!fields.contains(name)) {
        var at = path.isEmpty() ? name : path + "." + name;
        errors.add(FieldError.invalid(at, name, "unknown field \"" + at + "\""));
      }
    }
  }

  private static JsonObject object(JsonValue value) {
    return value instanceof JsonObject object ? object : JsonObject.EMPTY;
  }

  private static List<String> texts(List<JsonValue> values) {
    return values.stream()
        .map(value -> value instanceof JsonString(var text) ? text : value.toString())
        .toList();
  }
}
