package io.kubejar.junit;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;

/// The one class that knows the official Java client. It is loaded when a test asks for one, so
/// nobody else may name a type of that library.
final class OfficialClients {
  private OfficialClients() {}

  /// Without a time-out for reading, as its informers and watches want it.
  static Object client(String kubeconfig) {
    try {
      var config = KubeConfig.loadKubeConfig(new StringReader(kubeconfig));
      return ClientBuilder.kubeconfig(config).build().setReadTimeout(0);
    } catch (IOException e) {
      throw new UncheckedIOException("the official client does not take the kubeconfig", e);
    }
  }

  /// Ends its connections and threads; it has no method for that.
  static void close(Object client) {
    var http = ((ApiClient) client).getHttpClient();
    http.dispatcher().cancelAll();
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }
}
