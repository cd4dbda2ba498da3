package io.kubejar.apiserver;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apiserver.authn.ServiceAccountTokens;
import io.kubejar.http.tls.TlsSource;
import io.kubejar.storage.Store;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What an API server needs from outside. Start from [#of].
///
/// @param tokens how service-account tokens are signed; null means that there are none
/// @param serviceCidr the addresses for Services, such as `10.96.0.0/16`
/// @param advertiseAddress where clients inside the cluster reach this server; empty publishes no
///   endpoints
/// @param advertisePort the port of that address; 0 means the one it listens on
/// @param kubeletClient the certificate this server shows to nodes, and whom it trusts there
/// @param clientAuthorities who signs client certificates, for those who must know
/// @param trackFields whether managedFields are kept
/// @param frontProxy how this server is known to extension servers; null if they do not know it
public record ApiServerOptions(
    Store store,
    Clock clock,
    RandomGenerator random,
    ServiceAccountTokens.@Nullable Config tokens,
    String serviceCidr,
    String advertiseAddress,
    int advertisePort,
    @Nullable TlsSource kubeletClient,
    List<X509Certificate> clientAuthorities,
    boolean trackFields,
    @Nullable FrontProxy frontProxy) {
  private static final String DEFAULT_SERVICE_CIDR = "10.96.0.0/16";

  public ApiServerOptions {
    clientAuthorities = List.copyOf(clientAuthorities);
  }

  public static ApiServerOptions of(Store store, Clock clock, RandomGenerator random) {
    return new ApiServerOptions(
        store, clock, random, null, DEFAULT_SERVICE_CIDR, "", 0, null, List.of(), true, null);
  }

  public ApiServerOptions withTokens(ServiceAccountTokens.Config value) {
    return new ApiServerOptions(
        store,
        clock,
        random,
        value,
        serviceCidr,
        advertiseAddress,
        advertisePort,
        kubeletClient,
        clientAuthorities,
        trackFields,
        frontProxy);
  }

  public ApiServerOptions withServiceCidr(String value) {
    return new ApiServerOptions(
        store,
        clock,
        random,
        tokens,
        value,
        advertiseAddress,
        advertisePort,
        kubeletClient,
        clientAuthorities,
        trackFields,
        frontProxy);
  }

  public ApiServerOptions withAdvertised(String address, int port) {
    return new ApiServerOptions(
        store,
        clock,
        random,
        tokens,
        serviceCidr,
        address,
        port,
        kubeletClient,
        clientAuthorities,
        trackFields,
        frontProxy);
  }

  public ApiServerOptions withKubeletClient(TlsSource value) {
    return new ApiServerOptions(
        store,
        clock,
        random,
        tokens,
        serviceCidr,
        advertiseAddress,
        advertisePort,
        value,
        clientAuthorities,
        trackFields,
        frontProxy);
  }

  public ApiServerOptions withClientAuthorities(List<X509Certificate> value) {
    return new ApiServerOptions(
        store,
        clock,
        random,
        tokens,
        serviceCidr,
        advertiseAddress,
        advertisePort,
        kubeletClient,
        value,
        trackFields,
        frontProxy);
  }

  public ApiServerOptions withTrackFields(boolean value) {
    return new ApiServerOptions(
        store,
        clock,
        random,
        tokens,
        serviceCidr,
        advertiseAddress,
        advertisePort,
        kubeletClient,
        clientAuthorities,
        value,
        frontProxy);
  }

  public ApiServerOptions withFrontProxy(FrontProxy value) {
    return new ApiServerOptions(
        store,
        clock,
        random,
        tokens,
        serviceCidr,
        advertiseAddress,
        advertisePort,
        kubeletClient,
        clientAuthorities,
        trackFields,
        value);
  }
}
