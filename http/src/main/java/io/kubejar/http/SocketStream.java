package io.kubejar.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;

/// A connected socket as two streams.
final class SocketStream implements DuplexStream {
  /// Sets how long a read may take; zero for ever.
  interface ReadTimeout {
    void set(int millis) throws IOException;
  }

  private interface EndOutput {
    void run() throws IOException;
  }

  private final InputStream input;
  private final OutputStream output;
  private final ReadTimeout readTimeout;
  private final EndOutput endOutput;
  private final AutoCloseable socket;

  private SocketStream(
      InputStream input,
      OutputStream output,
      ReadTimeout readTimeout,
      EndOutput endOutput,
      AutoCloseable socket) {
    this.input = input;
    this.output = output;
    this.readTimeout = readTimeout;
    this.endOutput = endOutput;
    this.socket = socket;
  }

  static SocketStream of(Socket socket) throws IOException {
    return new SocketStream(
        socket.getInputStream(),
        socket.getOutputStream(),
        socket::setSoTimeout,
        socket::shutdownOutput,
        socket);
  }

  /// Unix sockets know no read timeout: their peer is on this machine, and its end ends us.
  static SocketStream of(SocketChannel channel) {
    return new SocketStream(
        Channels.newInputStream(channel),
        Channels.newOutputStream(channel),
        millis -> {},
        channel::shutdownOutput,
        channel);
  }

  ReadTimeout readTimeout() {
    return readTimeout;
  }

  @Override
  public InputStream input() {
    return input;
  }

  @Override
  public OutputStream output() {
    return output;
  }

  @Override
  public void closeOutput() throws IOException {
    endOutput.run();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException("a socket cannot be closed", e);
    }
  }
}
