package io.kubejar.apiserver.strategy;

import io.kubejar.api.core.v1.Secret;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.http.pki.Pem;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Certificates whose key is another one's. Such a secret may be about to be completed.
final class SecretCautions {
  private static final String BEGIN = "-----BEGIN ";

  private SecretCautions() {}

  static void add(List<String> warnings, Secret secret) {
    if (!secret.type().equals("kubernetes.io/tls")) {
      return;
    }
    var certificate = text(secret, "tls.crt");
    var key = text(secret, "tls.key");
    if (!certificate.contains(BEGIN)) {
      warnings.add("tls: failed to find any PEM data in certificate input");
    } else if (!certificate.contains(BEGIN + "CERTIFICATE-----")) {
      warnings.add("tls: failed to find \"CERTIFICATE\" PEM block in certificate input");
    } else if (!key.contains(BEGIN)) {
      warnings.add("tls: failed to find any PEM data in key input");
    } else {
      mismatch(warnings, certificate, key);
    }
  }

  /// Keys of kinds that are not known here are taken to belong.
  private static void mismatch(List<String> warnings, String certificate, String key) {
    try {
      Pem.privateKey(key);
      Pem.certificates(certificate);
    } catch (IllegalArgumentException _) {
      return;
    }
    try {
      Pem.material(certificate, key);
    } catch (IllegalArgumentException _) {
      warnings.add("tls: private key does not match public key");
    }
  }

  private static String text(Secret secret, String name) {
    var bytes = secret.data().getOrDefault(name, Bytes.EMPTY);
    return new String(bytes.toArray(), StandardCharsets.ISO_8859_1);
  }
}
