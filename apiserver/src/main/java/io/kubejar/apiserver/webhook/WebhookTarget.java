package io.kubejar.apiserver.webhook;

import io.kubejar.apimachinery.Bytes;
import io.kubejar.http.Headers;
import io.kubejar.http.tls.TlsSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Where a webhook listens, and whom to believe there.
public sealed interface WebhookTarget {
  int DEFAULT_PORT = 443;

  /// Somebody behind a Service of this cluster, who must show a certificate for
  /// `<name>.<namespace>.svc`.
  ///
  /// @param path may be empty
  /// @param caBundle PEM; empty means the authorities that this machine trusts
  record OfService(String namespace, String name, int port, String path, Bytes caBundle)
      implements WebhookTarget {
    /// The name of a Service within the cluster.
    public String host() {
      return name + "." + namespace + ".svc";
    }
  }

  /// An `https` address; its query is not sent.
  ///
  /// @param caBundle PEM; empty means the authorities that this machine trusts
  record OfUrl(String url, Bytes caBundle) implements WebhookTarget {}

  /// An address from a file of the administrator, who may have this server show a certificate or
  /// send credentials there.
  ///
  /// @param headers asked for each request, so that tokens may change
  record Configured(String url, TlsSource tls, Supplier<Headers> headers)
      implements WebhookTarget {}

  /// The target of an admission webhook; empty if the configuration names none.
  static Optional<WebhookTarget> of(
      io.kubejar.api.admissionregistration.v1.WebhookClientConfig config) {
    var service = config.service();
    return service == null
        ? url(config.url(), config.caBundle())
        : Optional.of(
            new OfService(
                service.namespace(),
                service.name(),
                port(service.port()),
                path(service.path()),
                config.caBundle()));
  }

  /// The target of a conversion webhook; empty if the configuration names none.
  static Optional<WebhookTarget> of(io.kubejar.api.apiextensions.v1.WebhookClientConfig config) {
    var service = config.service();
    return service == null
        ? url(config.url(), config.caBundle())
        : Optional.of(
            new OfService(
                service.namespace(),
                service.name(),
                port(service.port()),
                path(service.path()),
                config.caBundle()));
  }

  private static Optional<WebhookTarget> url(@Nullable String url, Bytes caBundle) {
    return url == null || url.isEmpty() ? Optional.empty() : Optional.of(new OfUrl(url, caBundle));
  }

  private static int port(@Nullable Integer port) {
    return port == null || port == 0 ? DEFAULT_PORT : port;
  }

  private static String path(@Nullable String path) {
    return path == null ? "" : path;
  }
}
