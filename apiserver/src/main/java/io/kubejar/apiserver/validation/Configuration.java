package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Secret;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import java.util.Map;

/// ConfigMaps, Secrets, Namespaces.
final class Configuration {
  private static final int LARGEST_BYTES = 1 << 20;
  private static final String FROZEN = "field is immutable when `immutable` is set";

  private Configuration() {}

  static void configMap(Check root, ConfigMap map) {
    long size = 0;
    for (var entry : map.data().entrySet()) {
      var at = root.at("data").key(entry.getKey());
      at.format(entry.getKey(), Formats::configKey);
      if (map.binaryData().containsKey(entry.getKey())) {
        at.invalid(entry.getKey(), "duplicate of key present in binaryData");
      }
      size += MetadataValidation.bytes(entry.getValue());
    }
    for (var entry : map.binaryData().entrySet()) {
      root.at("binaryData").key(entry.getKey()).format(entry.getKey(), Formats::configKey);
      size += entry.getValue().size();
    }
    if (size > LARGEST_BYTES) {
      root.tooLong(LARGEST_BYTES);
    }
  }

  static void configMap(Check root, ConfigMap map, ConfigMap old) {
    if (Boolean.TRUE.equals(old.immutable())) {
      frozen(root, "immutable", Boolean.TRUE.equals(map.immutable()));
      frozen(root, "data", map.data().equals(old.data()));
      frozen(root, "binaryData", map.binaryData().equals(old.binaryData()));
    }
    configMap(root, map);
  }

  private static void frozen(Check root, String field, boolean same) {
    if (!same) {
      root.at(field).forbidden(FROZEN);
    }
  }

  static void secret(Check root, Secret secret) {
    var data = root.at("data");
    long size = 0;
    for (var entry : secret.data().entrySet()) {
      data.key(entry.getKey()).format(entry.getKey(), Formats::configKey);
      size += entry.getValue().size();
    }
    if (size > LARGEST_BYTES) {
      data.tooLong(LARGEST_BYTES);
    }
    content(root, data, secret);
  }

  /// What a type of secret promises to have in it.
  private static void content(Check root, Check data, Secret secret) {
    var content = secret.data();
    switch (secret.type()) {
      case "kubernetes.io/service-account-token" -> {
        var key = "kubernetes.io/service-account.name";
        if (secret.metadata().annotations().getOrDefault(key, "").isEmpty()) {
          root.at("metadata").at("annotations").key(key).required("");
        }
      }
      case "kubernetes.io/dockercfg" -> json(data, content, ".dockercfg");
      case "kubernetes.io/dockerconfigjson" -> json(data, content, ".dockerconfigjson");
      case "kubernetes.io/basic-auth" -> {
        if (!content.containsKey("username") && !content.containsKey("password")) {
          data.key("username").required("");
          data.key("password").required("");
        }
      }
      case "kubernetes.io/ssh-auth" -> {
        var key = content.get("ssh-privatekey");
        if (key == null || key.isEmpty()) {
          data.key("ssh-privatekey").required("");
        }
      }
      case "kubernetes.io/tls" -> {
        for (var name : new String[] {"tls.crt", "tls.key"}) {
          if (!content.containsKey(name)) {
            data.key(name).required("");
          }
        }
      }
      default -> {}
    }
  }

  private static void json(Check data, Map<String, Bytes> content, String name) {
    var bytes = content.get(name);
    if (bytes == null) {
      data.key(name).required("");
    } else if (!isJsonObject(bytes)) {
      data.key(name).invalid("<secret contents redacted>", "invalid character in JSON");
    }
  }

  private static boolean isJsonObject(Bytes bytes) {
    try {
      return JsonParser.parse(bytes.toArray()) instanceof JsonObject;
    } catch (JsonFormatException _) {
      return false;
    }
  }

  static void secret(Check root, Secret secret, Secret old) {
    root.at("type").immutable(secret.type(), old.type());
    if (Boolean.TRUE.equals(old.immutable())) {
      frozen(root, "immutable", Boolean.TRUE.equals(secret.immutable()));
      frozen(root, "data", secret.data().equals(old.data()));
    }
    secret(root, secret);
  }

  static void namespace(Check root, Namespace namespace) {
    var at = root.at("spec").at("finalizers");
    namespace.spec().finalizers().forEach(finalizer -> finalizer(at, finalizer));
  }

  /// The finalizers that are left when one of them is done.
  static void finalizers(Check root, Namespace namespace) {
    root.at("spec").at("finalizers").each(namespace.spec().finalizers(), Configuration::finalizer);
  }

  private static void finalizer(Check at, String finalizer) {
    at.format(finalizer, Formats::labelKey);
    if (finalizer.indexOf('/') < 0 && !finalizer.equals("kubernetes")) {
      at.invalid(finalizer, "name is neither a standard finalizer name nor is it fully qualified");
    }
  }

  /// The phase that goes with whether it is being deleted.
  static void phase(Check at, Namespace namespace) {
    var phase = namespace.status().phase();
    boolean deleted = namespace.metadata().deletionTimestamp() != null;
    if (deleted && !phase.equals("Terminating")) {
      at.invalid(phase, "may only be 'Terminating' if `deletionTimestamp` is not empty");
    } else if (!deleted && !phase.equals("Active")) {
      at.invalid(phase, "may only be 'Active' if `deletionTimestamp` is empty");
    }
  }
}
