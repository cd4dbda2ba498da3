package io.kubejar.kubelet.server;

import io.kubejar.http.Exchange;
import java.io.IOException;
import java.util.List;

/// Answers the requests whose path begins with one word.
@FunctionalInterface
public interface Route {

  /// @param path its parts, decoded, that first word among them
  void serve(Exchange exchange, List<String> path, Query query)
      throws NotServed, IOException, InterruptedException;
}
