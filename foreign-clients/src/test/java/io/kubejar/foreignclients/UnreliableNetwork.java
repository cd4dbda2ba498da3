package io.kubejar.foreignclients;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;

/// A port that leads to the server, unless the way is cut. It carries bytes, so TLS passes through.
final class UnreliableNetwork implements AutoCloseable {
  private static final int CONNECTIONS_WAITING_MAX = 50;

  private final ServerSocket entrance;
  private final int server;
  private final Set<Socket> open = new HashSet<>();
  private boolean cut;

  /// @param server the port it leads to
  UnreliableNetwork(int server) throws IOException {
    this.server = server;
    entrance = new ServerSocket(0, CONNECTIONS_WAITING_MAX, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(this::accept);
  }

  int port() {
    return entrance.getLocalPort();
  }

  /// Breaks all connections and lets no new one through.
  synchronized void cut() throws IOException {
    cut = true;
    for (var socket : open) {
      socket.close();
    }
    open.clear();
  }

  synchronized void mend() {
    cut = false;
  }

  private void accept() {
    while (!entrance.isClosed()) {
      try {
        connect(entrance.accept());
      } catch (IOException _) {
        // The entrance was closed, or the server refused one connection; the client sees it too.
      }
    }
  }

  private void connect(Socket client) throws IOException {
    var onwards = new Socket(InetAddress.getLoopbackAddress(), server);
    if (!keep(client, onwards)) {
      client.close();
      onwards.close();
      return;
    }
    Thread.startVirtualThread(() -> carry(client, onwards));
    Thread.startVirtualThread(() -> carry(onwards, client));
  }

  private synchronized boolean keep(Socket client, Socket onwards) {
    if (cut) {
      return false;
    }
    open.add(client);
    open.add(onwards);
    return true;
  }

  private static void carry(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException _) {
      // Either end broke the connection: both are closed now.
    }
  }

  @Override
  public void close() throws IOException {
    entrance.close();
    cut();
  }
}
