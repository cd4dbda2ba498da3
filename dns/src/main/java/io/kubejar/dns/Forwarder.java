package io.kubejar.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends questions on to the machine's resolvers, one after the other until one answers.
final class Forwarder implements Upstream {
  private static final Logger log = LoggerFactory.getLogger(Forwarder.class);

  /// More questions than these at a time are answered with a failure: waiting for a slow resolver
  /// must not use up all memory and sockets.
  private static final int MOST_AT_ONCE = 512;

  private static final int PATIENCE_MS = 2_000;
  private static final int LARGEST = 65_535;

  private final List<InetSocketAddress> resolvers;
  private final RandomGenerator random;
  private final Semaphore places = new Semaphore(MOST_AT_ONCE);

  /// @param random must be unguessable: whoever guesses the number of a question can forge its
  ///   answer
  Forwarder(List<InetSocketAddress> resolvers, RandomGenerator random) {
    this.resolvers = List.copyOf(resolvers);
    this.random = random;
  }

  @Override
  public Optional<byte[]> ask(byte[] message, boolean reliably) {
    if (!places.tryAcquire()) {
      return Optional.empty();
    }
    try {
      for (var resolver : resolvers) {
        try {
          return Optional.of(reliably ? askTcp(resolver, message) : askUdp(resolver, message));
        } catch (IOException unanswered) {
          log.debug("No answer. resolver={} why={}", resolver, unanswered.getMessage());
        }
      }
      return Optional.empty();
    } finally {
      places.release();
    }
  }

  private byte[] askUdp(InetSocketAddress resolver, byte[] message) throws IOException {
    byte[] question = message.clone();
    byte[] number = {(byte) random.nextInt(256), (byte) random.nextInt(256)};
    System.arraycopy(number, 0, question, 0, 2);
    try (var socket = new DatagramSocket()) {
      socket.connect(resolver); // From now on the kernel drops what others send.
      socket.setSoTimeout(PATIENCE_MS);
      socket.send(new DatagramPacket(question, question.length));
      var packet = new DatagramPacket(new byte[LARGEST], LARGEST);
      do {
        socket.receive(packet);
      } while (packet.getLength() < 12
          || packet.getData()[0] != number[0]
          || packet.getData()[1] != number[1]);
      return renumbered(Arrays.copyOf(packet.getData(), packet.getLength()), message);
    }
  }

  private static byte[] askTcp(InetSocketAddress resolver, byte[] message) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(resolver, PATIENCE_MS);
      socket.setSoTimeout(PATIENCE_MS);
      var out = new DataOutputStream(socket.getOutputStream());
      var in = new DataInputStream(socket.getInputStream());
      byte[] framed = new byte[message.length + 2];
      framed[0] = (byte) (message.length >> 8);
      framed[1] = (byte) message.length;
      System.arraycopy(message, 0, framed, 2, message.length);
      out.write(framed);
      byte[] answer = new byte[in.readUnsignedShort()];
      in.readFully(answer);
      if (answer.length < 12) {
        throw new IOException("an answer without a header");
      }
      return renumbered(answer, message);
    }
  }

  private static byte[] renumbered(byte[] answer, byte[] message) {
    answer[0] = message[0];
    answer[1] = message[1];
    return answer;
  }
}
