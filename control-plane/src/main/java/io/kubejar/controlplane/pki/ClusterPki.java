package io.kubejar.controlplane.pki;

import io.kubejar.http.pki.CertificateAuthority;
import io.kubejar.http.pki.CertificateSpec;
import io.kubejar.http.pki.KeyMaterial;
import java.net.InetAddress;
import java.security.KeyPair;
import java.security.cert.CertificateParsingException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The certificates of one cluster, with the names and groups that upstream's kubeadm gives them.
public final class ClusterPki {
  /// The name by which extension servers know the API server.
  public static final String FRONT_PROXY_CLIENT = "front-proxy-client";

  /// A leaf certificate with less time left than this is made anew on the next start.
  private static final Duration RENEW_BEFORE = Duration.ofDays(30);

  private final KeyStorage storage;
  private final InstantSource clock;
  private final CertificateAuthority authority;
  private final CertificateAuthority frontProxyAuthority;
  private final KeyPair serviceAccountKeys;

  private ClusterPki(KeyStorage storage, InstantSource clock) {
    this.storage = storage;
    this.clock = clock;
    this.authority = authority("ca", "kubernetes");
    this.frontProxyAuthority = authority("front-proxy-ca", "front-proxy-ca");
    this.serviceAccountKeys = storage.signingKeys(KeyStorage::freshSigningKeys);
  }

  /// Finds the cluster's keys, and makes those that are missing.
  public static ClusterPki open(KeyStorage storage, InstantSource clock) {
    return new ClusterPki(storage, clock);
  }

  /// Signs every certificate of the cluster.
  public CertificateAuthority authority() {
    return authority;
  }

  /// Signs the certificate by which the API server shows itself to extension servers.
  public CertificateAuthority frontProxyAuthority() {
    return frontProxyAuthority;
  }

  public KeyPair serviceAccountKeys() {
    return serviceAccountKeys;
  }

  /// What the API server shows to its clients.
  public KeyMaterial apiServer(List<String> dnsNames, List<InetAddress> addresses) {
    return leaf("apiserver", CertificateSpec.server("kube-apiserver", dnsNames, addresses));
  }

  /// What the API server shows to kubelets.
  public KeyMaterial apiServerAsKubeletClient() {
    return leaf(
        "apiserver-kubelet-client",
        CertificateSpec.client("kube-apiserver-kubelet-client", "kubeadm:cluster-admins"));
  }

  /// What the API server shows to extension servers. Another authority signs it than all others, so
  /// that nobody else's certificate lets its owner speak for users.
  public KeyMaterial frontProxyClient() {
    return leaf(
        "front-proxy-client", CertificateSpec.client(FRONT_PROXY_CLIENT), frontProxyAuthority);
  }

  /// The first administrator.
  public KeyMaterial administrator() {
    return leaf("admin", CertificateSpec.client("kubernetes-admin", "system:masters"));
  }

  /// What a kubelet shows to whoever calls it.
  public KeyMaterial kubeletServer(String node, List<InetAddress> addresses) {
    return leaf(
        "kubelet-" + node,
        CertificateSpec.server("system:node:" + node, List.of(node, "localhost"), addresses));
  }

  private CertificateAuthority authority(String name, String commonName) {
    var kept = storage.find(name);
    if (kept.isPresent()) {
      return CertificateAuthority.of(kept.get(), clock);
    }
    var fresh = CertificateAuthority.create(commonName, clock);
    storage.save(name, fresh.material());
    return fresh;
  }

  private KeyMaterial leaf(String name, CertificateSpec spec) {
    return leaf(name, spec, authority);
  }

  private KeyMaterial leaf(String name, CertificateSpec spec, CertificateAuthority issuer) {
    var kept = storage.find(name).filter(material -> stillGood(material, spec));
    if (kept.isPresent()) {
      return kept.get();
    }
    var fresh = issuer.issue(spec);
    storage.save(name, fresh);
    return fresh;
  }

  private boolean stillGood(KeyMaterial material, CertificateSpec spec) {
    var end = material.leaf().getNotAfter().toInstant();
    if (end.isBefore(clock.instant().plus(RENEW_BEFORE))) {
      return false;
    }
    try {
      var names = alternativeNames(material.leaf().getSubjectAlternativeNames());
      return names.containsAll(spec.dnsNames())
          && names.containsAll(spec.addresses().stream().map(InetAddress::getHostAddress).toList());
    } catch (CertificateParsingException e) {
      throw new IllegalStateException("a certificate of our own cannot be read", e);
    }
  }

  private static Set<String> alternativeNames(
      @org.jspecify.annotations.Nullable Collection<List<?>> names) {
    var found = new HashSet<String>();
    if (names != null) {
      names.forEach(name -> found.add(String.valueOf(name.get(1))));
    }
    return found;
  }
}
