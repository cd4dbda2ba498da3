package io.kubejar.apiserver.webhook;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Why a connection failed, in the words that Go has for it: people and tests look for them.
final class DialErrors {
  static final String DEADLINE = "context deadline exceeded";

  private DialErrors() {}

  static String text(IOException failure) {
    return switch (failure) {
      case UnknownHostException unknown ->
          "dial tcp: lookup " + unknown.getMessage() + ": no such host";
      case SSLException tls -> tls(tls);
      case java.io.EOFException _ -> "EOF";
      default -> lowered(failure.getMessage());
    };
  }

  /// A failure to connect that names where.
  static IOException to(InetSocketAddress address, IOException failure) {
    var where = address.getHostString() + ":" + address.getPort();
    return new IOException(
        "dial tcp " + where + ": connect: " + lowered(failure.getMessage()), failure);
  }

  private static String tls(SSLException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertPathValidatorException
          || cause instanceof java.security.cert.CertPathBuilderException) {
        return "tls: failed to verify certificate: x509: certificate signed by unknown authority";
      }
      if (cause instanceof CertificateException && cause.getCause() == null) {
        return "tls: failed to verify certificate: x509: " + lowered(cause.getMessage());
      }
    }
    return "tls: " + lowered(failure.getMessage());
  }

  private static String lowered(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return "connection failed";
    }
    return Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }
}
