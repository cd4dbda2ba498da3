package io.kubejar.simulation.nodes;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Answers connections to ports of simulated pods.
@FunctionalInterface
public interface PortHandler {

  /// Serves one connection, on a thread of its own. It ends when this returns; when the client goes
  /// away, the thread is interrupted and the streams fail.
  ///
  /// @throws IOException if the connection breaks, or nobody listens on this port
  void serve(Connection connection) throws IOException, InterruptedException;

  /// One connection.
  record Connection(
      String namespace, String pod, int port, InputStream input, OutputStream output) {}
}
