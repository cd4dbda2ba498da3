package io.kubejar.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Copies bytes between two duplex streams, both ways. When one side ends its direction, the other
/// is told and may go on sending; when a side breaks, all ends.
public final class Relay {
  private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
  private static final int BUFFER = 32 << 10;

  private Relay() {}

  /// Blocks until both directions have ended, or one broke, then closes both streams.
  public static void run(DuplexStream a, DuplexStream b) throws InterruptedException {
    var back = Thread.ofVirtual().name("relay").start(() -> copy(b, a));
    try {
      copy(a, b);
      back.join();
    } finally {
      a.close();
      b.close(); // Also wakes the other direction, should we have been interrupted.
    }
  }

  private static void copy(DuplexStream from, DuplexStream to) {
    try {
      copyAll(from.input(), to.output());
      to.closeOutput();
    } catch (IOException e) {
      LOG.debug("relay ended: {}", e.toString());
      from.close();
      to.close();
    }
  }

  private static void copyAll(InputStream in, OutputStream out) throws IOException {
    var buffer = new byte[BUFFER];
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      out.write(buffer, 0, read);
      out.flush();
    }
  }
}
