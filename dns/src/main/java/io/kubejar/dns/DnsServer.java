package io.kubejar.dns;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers over UDP and TCP: the thin shell around a [Resolver].
public final class DnsServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DnsServer.class);
  private static final int LARGEST_QUERY = 4_096;
  private static final int MOST_CONNECTIONS = 256;

  /// Questions over UDP that wait for others. Beyond this, new ones are dropped: their askers try
  /// again.
  private static final int MOST_WAITING = 1_024;

  private static final int IDLE_MS = 10_000;
  private static final int BUFFER_BYTES = 1 << 20;

  private final Resolver resolver;
  private final Predicate<InetAddress> allowed;
  private final List<InetSocketAddress> addresses = new ArrayList<>();
  private final List<DatagramSocket> datagramSockets = new ArrayList<>();
  private final List<ServerSocket> serverSockets = new ArrayList<>();
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final Semaphore places = new Semaphore(MOST_CONNECTIONS);
  private final Semaphore waiting = new Semaphore(MOST_WAITING);

  private DnsServer(Resolver resolver, Predicate<InetAddress> allowed) {
    this.resolver = resolver;
    this.allowed = allowed;
  }

  /// Listens on these addresses, over UDP and TCP on the same port. Port 0 takes a free one.
  ///
  /// @param allowed who is answered. A resolver that answers everybody is a weapon in the hands of
  ///   others
  public static DnsServer start(
      List<InetSocketAddress> addresses, Predicate<InetAddress> allowed, Resolver resolver)
      throws IOException {
    var server = new DnsServer(resolver, allowed);
    try {
      for (var address : addresses) {
        server.listen(address);
      }
    } catch (IOException refused) {
      server.close();
      throw refused;
    }
    return server;
  }

  /// Where it listens.
  public List<InetSocketAddress> addresses() {
    return List.copyOf(addresses);
  }

  private void listen(InetSocketAddress address) throws IOException {
    var tcp = new ServerSocket();
    serverSockets.add(tcp);
    tcp.setReuseAddress(true);
    tcp.bind(address);
    var bound = new InetSocketAddress(address.getAddress(), tcp.getLocalPort());
    var udp = new DatagramSocket(bound);
    datagramSockets.add(udp);
    udp.setReceiveBufferSize(BUFFER_BYTES); // Questions come in bursts.
    addresses.add(bound);
    Thread.ofVirtual().name("dns-udp-" + bound).start(() -> receive(udp));
    Thread.ofVirtual().name("dns-tcp-" + bound).start(() -> accept(tcp));
  }

  private void receive(DatagramSocket socket) {
    var packet = new DatagramPacket(new byte[LARGEST_QUERY], LARGEST_QUERY);
    while (!socket.isClosed()) {
      try {
        packet.setLength(LARGEST_QUERY);
        socket.receive(packet);
        if (allowed.test(packet.getAddress())) {
          handle(
              socket,
              Arrays.copyOf(packet.getData(), packet.getLength()),
              (InetSocketAddress) packet.getSocketAddress());
        }
      } catch (IOException broken) {
        logUnlessClosed(socket.isClosed(), broken);
      }
    }
  }

  /// The cluster's own names are answered here and now; others may take long.
  private void handle(DatagramSocket socket, byte[] message, InetSocketAddress asker) {
    if (!resolver.asksElsewhere(message)) {
      reply(socket, message, asker);
    } else if (waiting.tryAcquire()) {
      Thread.ofVirtual()
          .start(
              () -> {
                try {
                  reply(socket, message, asker);
                } finally {
                  waiting.release();
                }
              });
    }
  }

  private void reply(DatagramSocket socket, byte[] message, InetSocketAddress asker) {
    try {
      var answer = resolver.answer(message, false);
      if (answer.isPresent()) {
        byte[] bytes = answer.get();
        socket.send(new DatagramPacket(bytes, bytes.length, asker));
      }
    } catch (IOException broken) {
      logUnlessClosed(socket.isClosed(), broken);
    } catch (RuntimeException bug) {
      log.error("Cannot answer. asker={}", asker, bug);
    }
  }

  private void accept(ServerSocket server) {
    while (!server.isClosed()) {
      try {
        var connection = server.accept();
        if (!allowed.test(connection.getInetAddress()) || !places.tryAcquire()) {
          connection.close();
          continue;
        }
        connections.add(connection);
        Thread.ofVirtual().start(() -> serve(connection));
      } catch (IOException broken) {
        logUnlessClosed(server.isClosed(), broken);
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setSoTimeout(IDLE_MS);
      connection.setTcpNoDelay(true);
      var in = new DataInputStream(connection.getInputStream());
      for (int length = in.read(); length >= 0; length = in.read()) {
        byte[] message = new byte[length << 8 | in.readUnsignedByte()];
        in.readFully(message);
        var answer = resolver.answer(message, true);
        if (answer.isEmpty()) {
          return;
        }
        byte[] framed = new byte[answer.get().length + 2];
        framed[0] = (byte) (answer.get().length >> 8);
        framed[1] = (byte) answer.get().length;
        System.arraycopy(answer.get(), 0, framed, 2, answer.get().length);
        connection.getOutputStream().write(framed);
      }
    } catch (IOException gone) {
      log.debug(
          "A connection ended. peer={} why={}", connection.getInetAddress(), gone.getMessage());
    } catch (RuntimeException bug) {
      log.error("Cannot answer. asker={}", connection.getInetAddress(), bug);
    } finally {
      connections.remove(connection);
      places.release();
    }
  }

  private static void logUnlessClosed(boolean closed, IOException broken) {
    if (!closed) {
      log.warn("A socket failed. why={}", broken.getMessage());
    }
  }

  @Override
  public void close() {
    datagramSockets.forEach(DatagramSocket::close);
    for (var server : serverSockets) {
      closeQuietly(server);
    }
    connections.forEach(DnsServer::closeQuietly);
  }

  private static void closeQuietly(Closeable socket) {
    try {
      socket.close();
    } catch (IOException alreadyBroken) {
      log.debug("Cannot close. why={}", alreadyBroken.getMessage());
    }
  }
}
