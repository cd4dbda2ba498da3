package io.kubejar.simulation.kubelet;

import io.kubejar.http.SpdySession;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Connections to ports for a client that speaks SPDY: a pair of streams for each, one for data and
/// one for what went wrong.
final class SpdyPorts implements SpdySession.Listener {
  private static final int CONNECTIONS_MAX = 1_000;

  private final SpdySession session;
  private final Forwarded.Ports ports;
  private final Map<String, Integer> errorStreams = new HashMap<>(); // Whose data is to come.
  private final Map<Integer, Forwarded> connections = new ConcurrentHashMap<>(); // By data stream.

  private SpdyPorts(SpdySession session, Forwarded.Ports ports) {
    this.session = session;
    this.ports = ports;
  }

  /// Serves until the client ends the connection.
  static void converse(SpdySession session, Forwarded.Ports ports)
      throws IOException, InterruptedException {
    var conversation = new SpdyPorts(session, ports);
    try {
      session.run(conversation);
    } finally {
      session.close();
      for (var connection : List.copyOf(conversation.open())) {
        connection.cancel();
      }
    }
  }

  private Collection<Forwarded> open() {
    return connections.values();
  }

  /// Clients open the stream for errors first.
  @Override
  public void opened(int stream, Map<String, String> headers) throws IOException {
    session.reply(stream);
    var request = headers.getOrDefault("requestid", "");
    if ("error".equals(headers.get("streamtype"))) {
      if (errorStreams.size() + connections.size() >= CONNECTIONS_MAX) {
        throw new IOException("more than " + CONNECTIONS_MAX + " connections");
      }
      errorStreams.put(request, stream);
      return;
    }
    var errors = errorStreams.remove(request);
    if (errors == null) {
      throw new IOException("data without a stream for errors");
    }
    int port = number(headers.getOrDefault("port", ""));
    connections.put(stream, Forwarded.start(ports, port, wire(stream, errors)));
  }

  private static int number(String text) throws IOException {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IOException("not a port: " + text, e);
    }
  }

  private Forwarded.Wire wire(int data, int errors) {
    return new Forwarded.Wire() {
      @Override
      public void data(byte[] bytes) throws IOException {
        session.send(data, bytes, false);
      }

      @Override
      public void end(byte[] error) throws IOException {
        session.send(errors, error, true);
        session.send(data, new byte[0], true);
        connections.remove(data);
      }
    };
  }

  @Override
  public void data(int stream, byte[] bytes) throws IOException {
    var connection = connections.get(stream);
    if (connection != null) {
      connection.input().put(bytes);
    }
  }

  @Override
  public void ended(int stream, boolean reset) throws IOException {
    var connection = connections.get(stream);
    if (connection != null) {
      connection.input().end();
    }
  }
}
