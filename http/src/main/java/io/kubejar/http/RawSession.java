package io.kubejar.http;

import io.netty.channel.Channel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Objects;

/// Raw bytes both ways on a connection that left HTTP.
final class RawSession implements Upgraded {
  private final Channel channel;
  private final Inflow inflow;
  private final Outflow outflow;
  private final OutputStream output = new Output();
  private boolean outputEnded;

  RawSession(Channel channel, ServerOptions options) {
    this.channel = channel;
    this.inflow =
        new Inflow(Long.MAX_VALUE, Duration.ZERO, more -> channel.config().setAutoRead(more));
    this.outflow = new Outflow(channel, options);
  }

  @Override
  public InputStream input() {
    return inflow;
  }

  @Override
  public OutputStream output() {
    return output;
  }

  @Override
  public synchronized void closeOutput() {
    if (!outputEnded) {
      outputEnded = true;
      Closing.endOutput(channel);
    }
  }

  @Override
  public void close() {
    var closed = new PeerGoneException("the stream is closed");
    inflow.fail(closed);
    outflow.fail(closed);
    Closing.afterFlush(channel);
  }

  Inflow inflow() {
    return inflow;
  }

  void gone(IOException cause) {
    inflow.end(); // To the reader, a closed connection is the end.
    outflow.fail(cause);
  }

  private final class Output extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      var copy = new byte[length];
      System.arraycopy(bytes, offset, copy, 0, length);
      outflow.write(copy, 0, length, piece -> piece);
    }

    @Override
    public void close() {
      closeOutput();
    }
  }
}
