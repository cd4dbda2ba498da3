package io.kubejar.http;

import io.kubejar.http.tls.TlsContexts;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The other end of a connection.
final class Peer {
  private static final Logger LOG = LoggerFactory.getLogger(Peer.class);

  private record Verdict(TlsMaterial material, List<X509Certificate> chain) {}

  private final Channel connection;
  private final InetSocketAddress address;
  private final @Nullable TlsSource tls;
  private final @Nullable SSLSession session;
  private volatile @Nullable Verdict verdict;

  Peer(Channel connection, @Nullable TlsSource tls, @Nullable SSLSession session) {
    this.connection = connection;
    this.address = (InetSocketAddress) connection.remoteAddress();
    this.tls = tls;
    this.session = session;
  }

  InetSocketAddress address() {
    return address;
  }

  boolean gone() {
    return !connection.isActive();
  }

  String scheme() {
    return tls == null ? "http" : "https";
  }

  /// The presented chain, if it is trusted. The handshake takes any chain: whether it counts is
  /// decided here, per request, so that a renewed authority or an expiry counts at once and a bad
  /// certificate is answered with a status instead of a broken connection.
  @SuppressWarnings("ReferenceEquality") // As the source promises; comparing keys would cost.
  List<X509Certificate> certificates() {
    if (tls == null || session == null) {
      return List.of();
    }
    var material = tls.current();
    var last = verdict;
    if (last == null || last.material() != material) {
      last = new Verdict(material, trustedChain(session, material));
      verdict = last;
    }
    return stillValid(last.chain()) ? last.chain() : List.of();
  }

  private List<X509Certificate> trustedChain(SSLSession session, TlsMaterial material) {
    X509Certificate[] chain;
    try {
      var presented = session.getPeerCertificates();
      chain = new X509Certificate[presented.length];
      for (int i = 0; i < presented.length; i++) {
        chain[i] = (X509Certificate) presented[i];
      }
    } catch (SSLPeerUnverifiedException e) {
      return List.of(); // It presented none.
    }
    if (chain.length == 0 || material.trusted().isEmpty()) {
      return List.of();
    }
    try {
      TlsContexts.trustManager(material.trusted())
          .checkClientTrusted(chain, chain[0].getPublicKey().getAlgorithm());
      return List.of(chain);
    } catch (GeneralSecurityException e) {
      LOG.info(
          "client certificate not trusted peer={} subject={}: {}",
          address,
          chain[0].getSubjectX500Principal(),
          e.getMessage());
      return List.of();
    }
  }

  private static boolean stillValid(List<X509Certificate> chain) {
    try {
      for (var certificate : chain) {
        certificate.checkValidity();
      }
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
