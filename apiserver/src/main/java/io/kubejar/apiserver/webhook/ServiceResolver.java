package io.kubejar.apiserver.webhook;

import java.net.InetSocketAddress;

/// Finds somebody who answers for a Service.
@FunctionalInterface
public interface ServiceResolver {
  /// An address behind this port of the Service.
  ///
  /// @throws io.kubejar.apimachinery.ApiException if there is no such Service or port, or nobody is
  ///   ready there
  InetSocketAddress resolve(String namespace, String name, int port);
}
