package io.kubejar.apiserver.encryption;

import io.kubejar.apimachinery.format.GoDuration;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.configfile.ConfigFileException;
import io.kubejar.apiserver.configfile.ConfigPart;
import io.kubejar.apiserver.encryption.EncryptionConfiguration.EncryptionProvider;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Reads which key management plugins are used, and checks them in upstream's words.
final class KmsReader {
  private static final String DEFAULT_VERSION = "v1";
  private static final String DEFAULT_TIMEOUT = "3s";

  private final List<FieldError> errors;
  private final Set<String> names = new HashSet<>();

  KmsReader(List<FieldError> errors) {
    this.errors = errors;
  }

  /// @param path where it stands in the file
  EncryptionProvider read(ConfigPart kms, String path) {
    var version = kms.text("apiVersion");
    if (version.isEmpty()) {
      version = DEFAULT_VERSION;
    }
    var name = name(kms.text("name"), version, path + ".name");
    var limit = limit(kms.text("timeout"), path + ".timeout");
    var socket = socket(kms.text("endpoint"), path + ".endpoint");
    var cacheSize = kms.wholeNumberOrNull("cachesize");
    if (cacheSize != null && !version.equals("v1")) {
      errors.add(
          FieldError.invalid(path + ".cachesize", cacheSize, "cachesize is not supported in v2"));
    }
    if (!version.equals("v1") && !version.equals("v2")) {
      errors.add(
          FieldError.invalid(
              path + ".apiVersion",
              version,
              "unsupported apiVersion apiVersion for KMS provider, only v1 and v2 are supported"));
    }
    if (version.equals("v1") && errors.isEmpty()) {
      throw new ConfigFileException(
          "KMSv1 is deprecated and will only receive security updates going forward. Use KMSv2"
              + " instead.  Set --feature-gates=KMSv1=true to use the deprecated KMSv1 feature.");
    }
    return new EncryptionProvider.Kms(name, socket, limit);
  }

  private String name(String name, String version, String path) {
    if (name.isEmpty()) {
      errors.add(FieldError.required(path, "name is a mandatory field for a provider"));
    }
    if (!version.equals("v1") && name.contains(":")) {
      errors.add(
          FieldError.invalid(
              path, name, "invalid KMS provider name " + name + ", must not contain ':'"));
    }
    if (!names.add(name) && !version.equals("v1")) {
      errors.add(
          FieldError.invalid(
              path, name, "duplicate KMS provider name " + name + ", names must be unique"));
    }
    return name;
  }

  private Duration limit(String text, String path) {
    try {
      var limit = GoDuration.parse(text.isEmpty() ? DEFAULT_TIMEOUT : text);
      if (!limit.isPositive()) {
        errors.add(FieldError.invalid(path, text, "timeout should be a positive value"));
      }
      return limit;
    } catch (IllegalArgumentException malformed) {
      throw new ConfigFileException(path + ": " + malformed.getMessage());
    }
  }

  private Path socket(String endpoint, String path) {
    if (endpoint.isEmpty()) {
      errors.add(FieldError.invalid(path, "", "endpoint is a mandatory field for a kms"));
      return Path.of("");
    }
    try {
      var uri = new URI(endpoint);
      var scheme = uri.getScheme() == null ? "" : uri.getScheme();
      if (!scheme.equals("unix")) {
        errors.add(
            FieldError.invalid(
                path,
                endpoint,
                "unsupported scheme \"" + scheme + "\" for KMS provider, only unix is supported"));
        return Path.of("");
      }
      return path(uri, endpoint, path);
    } catch (URISyntaxException malformed) {
      errors.add(
          FieldError.invalid(
              path,
              endpoint,
              "invalid endpoint for kms provider, error: " + malformed.getMessage()));
      return Path.of("");
    }
  }

  private Path path(URI uri, String endpoint, String path) {
    var file = uri.getPath() == null ? "" : uri.getPath();
    if (file.isEmpty() || file.startsWith("/@")) {
      errors.add(
          FieldError.invalid(
              path,
              endpoint,
              "invalid endpoint for kms provider, error: the socket must be a file"));
    }
    return Path.of(file);
  }
}
