package io.kubejar.http.pki;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/// What a certificate shall say. Kubernetes reads the common name of a client as its user name and
/// the organisations as its groups.
public record CertificateSpec(
    String commonName,
    List<String> organizations,
    List<String> dnsNames,
    List<InetAddress> addresses,
    boolean server,
    boolean client,
    Duration validity) {
  private static final Duration A_YEAR = Duration.ofDays(365);

  public CertificateSpec {
    organizations = List.copyOf(organizations);
    dnsNames = List.copyOf(dnsNames);
    addresses = List.copyOf(addresses);
    if (!server && !client) {
      throw new IllegalArgumentException("a certificate for neither server nor client");
    }
  }

  /// A client of the API server: a user and its groups.
  public static CertificateSpec client(String user, String... groups) {
    return new CertificateSpec(user, List.of(groups), List.of(), List.of(), false, true, A_YEAR);
  }

  /// A server under these names.
  public static CertificateSpec server(
      String commonName, List<String> dnsNames, List<InetAddress> addresses) {
    return new CertificateSpec(commonName, List.of(), dnsNames, addresses, true, false, A_YEAR);
  }

  public CertificateSpec withValidity(Duration validity) {
    return new CertificateSpec(
        commonName, organizations, dnsNames, addresses, server, client, validity);
  }
}
