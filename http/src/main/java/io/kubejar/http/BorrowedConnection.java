package io.kubejar.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// A connection while one request and its answer are on it. Closing it gives it back if the answer
/// was read to its end, else it ends; what happens afterwards is no business of this one.
final class BorrowedConnection implements DuplexStream {
  private final IdleConnections home;
  private final UpgradeClient.Target target;
  private final SocketStream connection;
  private volatile InputStream input;
  private boolean reusable;
  private boolean complete;
  private boolean over;

  BorrowedConnection(IdleConnections home, UpgradeClient.Target target, SocketStream connection) {
    this.home = home;
    this.target = target;
    this.connection = connection;
    input = connection.input();
  }

  SocketStream socket() {
    return connection;
  }

  /// From now on the stream is the answer's body.
  UpgradeClient.Response answered(UpgradeClient.Response answer) {
    boolean bodiless = answer.status() == 204 || answer.status() == 304;
    boolean staysOpen =
        IdleConnections.staysOpen(answer.headers())
            || (bodiless && !answer.headers().lists("Connection", "close"));
    synchronized (this) {
      reusable = staysOpen && !answer.upgraded();
    }
    input = new UntilEnd(answer.stream().input());
    return new UpgradeClient.Response(answer.status(), answer.reason(), answer.headers(), this);
  }

  @Override
  public InputStream input() {
    return input;
  }

  @Override
  public OutputStream output() {
    return connection.output();
  }

  @Override
  public void closeOutput() throws IOException {
    connection.closeOutput();
  }

  private synchronized void ended() {
    complete = true;
  }

  @Override
  public void close() {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      if (complete && reusable && home.keep(target, connection)) {
        return;
      }
    }
    connection.close();
  }

  /// Notices when the body ends.
  private final class UntilEnd extends FilterInputStream {
    UntilEnd(InputStream body) {
      super(body);
    }

    @Override
    public int read() throws IOException {
      int one = super.read();
      if (one < 0) {
        ended();
      }
      return one;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = super.read(target, offset, length);
      if (count < 0) {
        ended();
      }
      return count;
    }
  }
}
