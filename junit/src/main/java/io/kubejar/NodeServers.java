package io.kubejar;

import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.controlplane.ControlPlane;
import io.kubejar.controlplane.pki.ClusterPki;
import io.kubejar.http.pki.CertificateAuthority;
import io.kubejar.http.pki.CertificateSpec;
import io.kubejar.http.pki.Pem;
import io.kubejar.http.tls.TlsMaterial;
import io.kubejar.http.tls.TlsSource;
import io.kubejar.simulation.kubelet.FleetKubelet;
import io.kubejar.simulation.metrics.MetricsApi;
import io.kubejar.simulation.nodes.NodeFleet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What listens on the loopback for the simulated nodes.
record NodeServers(FleetKubelet kubelet, @Nullable MetricsApi metrics) {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  static NodeServers start(ClusterPlan plan, NodeFleet fleet, ControlPlane controlPlane)
      throws IOException, InterruptedException {
    var pki = plan.pki();
    var kubelet = FleetKubelet.start(fleet, anyPort(), tls(pki, "kubejar-nodes", pki.authority()));
    if (!plan.metrics()) {
      return new NodeServers(kubelet, null);
    }
    var metrics =
        MetricsApi.start(fleet, anyPort(), tls(pki, MetricsApi.NAME, pki.frontProxyAuthority()));
    var client =
        controlPlane.client(UserInfo.of("kubejar:metrics", UserInfo.MASTERS_GROUP), "kubejar");
    metrics.register(client, Pem.encode(List.of(pki.authority().certificate())));
    return new NodeServers(kubelet, metrics);
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(LOOPBACK, 0);
  }

  /// @param trusted who signs the certificates of those who come
  private static TlsSource tls(ClusterPki pki, String name, CertificateAuthority trusted) {
    var key = pki.authority().issue(CertificateSpec.server(name, List.of(name), List.of(LOOPBACK)));
    return TlsSource.fixed(new TlsMaterial(key, List.of(trusted.certificate())));
  }

  void close() {
    kubelet.close();
    if (metrics != null) {
      metrics.close();
    }
  }
}
