package io.kubejar.simulation.kubelet;

import io.kubejar.simulation.nodes.PortHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection to a port of a pod, whatever protocol carries it.
final class Forwarded {
  private static final Logger log = LoggerFactory.getLogger(Forwarded.class);

  /// Whose ports, and who answers them.
  record Ports(String namespace, String pod, PortHandler handler) {}

  /// The client's end of the connection.
  interface Wire {
    void data(byte[] bytes) throws IOException;

    /// @param error empty if all went well
    void end(byte[] error) throws IOException;
  }

  private final Ports ports;
  private final int port;
  private final Wire wire;
  private final Inflow input = new Inflow();
  private final Thread thread = Thread.ofVirtual().name("simulated-port").unstarted(this::run);

  private Forwarded(Ports ports, int port, Wire wire) {
    this.ports = ports;
    this.port = port;
    this.wire = wire;
  }

  static Forwarded start(Ports ports, int port, Wire wire) {
    var connection = new Forwarded(ports, port, wire);
    connection.thread.start();
    return connection;
  }

  /// What the client sends.
  Inflow input() {
    return input;
  }

  /// The client is gone.
  void cancel() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }

  private void run() {
    try {
      wire.end(outcome());
    } catch (InterruptedException | IOException gone) {
      log.debug("port-forward client is gone pod={}/{}", ports.namespace(), ports.pod(), gone);
    }
  }

  private byte[] outcome() throws InterruptedException {
    try {
      ports
          .handler()
          .serve(
              new PortHandler.Connection(
                  ports.namespace(), ports.pod(), port, input, new Output()));
      return new byte[0];
    } catch (IOException | RuntimeException | AssertionError failure) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedException();
      }
      log.info("port-forward failed pod={}/{}", ports.namespace(), ports.pod(), failure);
      var text =
          "error forwarding port " + port + " to pod " + ports.pod() + ": " + failure.getMessage();
      return text.getBytes(StandardCharsets.UTF_8);
    } finally {
      input.close();
    }
  }

  /// Sends what is written at once.
  private final class Output extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length > 0) {
        wire.data(Arrays.copyOfRange(bytes, offset, offset + length));
      }
    }
  }
}
