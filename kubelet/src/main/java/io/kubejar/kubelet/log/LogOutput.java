package io.kubejar.kubelet.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/// Writes those lines of a log that are wanted, in the form that is wanted.
public final class LogOutput {
  private final LogOptions options;
  private final OutputStream out;
  private long left;
  private boolean lineOpen;

  public LogOutput(LogOptions options, OutputStream out) {
    this.options = options;
    this.out = out;
    this.left = options.bytes() < 0 ? Long.MAX_VALUE : options.bytes();
  }

  /// Whether no byte more is wanted.
  public boolean isFull() {
    return left <= 0;
  }

  public void write(LogLine line) throws IOException {
    boolean wanted =
        options.stream().equals("All") || options.stream().equalsIgnoreCase(line.stream());
    boolean old = !options.since().equals(Instant.MIN) && line.at().isBefore(options.since());
    if (!wanted || old) {
      return;
    }
    if (options.timestamps() && !lineOpen) {
      put((line.timestamp() + " ").getBytes(StandardCharsets.UTF_8));
    }
    put(line.content());
    lineOpen = line.partial();
    if (!lineOpen) {
      put(new byte[] {'\n'});
    }
  }

  private void put(byte[] bytes) throws IOException {
    int n = (int) Math.min(left, bytes.length);
    out.write(bytes, 0, n);
    left -= n;
  }

  public void flush() throws IOException {
    out.flush();
  }
}
