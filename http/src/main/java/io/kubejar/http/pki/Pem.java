package io.kubejar.http.pki;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.List;

/// The text form of keys and certificates.
public final class Pem {
  private Pem() {}

  public static String encode(List<X509Certificate> certificates) {
    throw new UnsupportedOperationException("soon");
  }

  public static String encode(PrivateKey key) {
    throw new UnsupportedOperationException("soon");
  }

  public static String encode(PublicKey key) {
    throw new UnsupportedOperationException("soon");
  }

  /// All certificates of a text; other blocks are passed over.
  public static List<X509Certificate> certificates(String pem) {
    throw new UnsupportedOperationException("soon");
  }

  /// The first private key of a text (PKCS#8, PKCS#1 RSA or SEC1 EC).
  public static PrivateKey privateKey(String pem) {
    throw new UnsupportedOperationException("soon");
  }

  /// The key pair of a private key's text.
  public static KeyPair keyPair(String pem) {
    throw new UnsupportedOperationException("soon");
  }

  /// Writes a file that all may read.
  public static void writePublic(Path file, String pem) throws IOException {}

  /// Writes a file that only its owner may read, from the first byte on.
  public static void writeSecret(Path file, String pem) throws IOException {}
}
