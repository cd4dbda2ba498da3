package io.kubejar.kubelet.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Copies a log, or its end, to somebody who wants to read it; on request for as long as its
/// container runs.
public final class LogCopy {
  /// How long a missed change of the file can stay unseen at most.
  private static final long LOOK_MS = 500;

  private final LogOptions options;
  private final OutputStream out;
  private long left;
  private boolean lineOpen;

  public LogCopy(LogOptions options, OutputStream out) {
    this.options = options;
    this.out = out;
    this.left = options.bytes() < 0 ? Long.MAX_VALUE : options.bytes();
  }

  /// Copies until the end, or, when following, until `running` says no and everything was read. A
  /// log that is put aside while it is followed is followed by the one that takes its place.
  public void copy(Path file, BooleanSupplier running) throws IOException, InterruptedException {
    var log = LogFile.open(file);
    try {
      if (options.lines() >= 0) {
        log.toLastLines(options.lines());
      }
      if (options.follow()) {
        log = follow(log, file, running);
      } else {
        drain(log);
        out.flush();
      }
    } finally {
      log.close();
    }
  }

  /// Answers the file that was read last, which is open.
  private LogFile follow(LogFile first, Path file, BooleanSupplier running)
      throws IOException, InterruptedException {
    var log = first;
    try (WatchService watch = file.getFileSystem().newWatchService()) {
      file.resolveSibling(".")
          .register(
              watch, StandardWatchEventKinds.ENTRY_MODIFY, StandardWatchEventKinds.ENTRY_CREATE);
      while (true) {
        // Both are asked before reading: what comes after them is read.
        boolean ran = running.getAsBoolean();
        boolean replaced = log.isReplaced(file);
        drain(log);
        out.flush();
        if (replaced && left > 0) {
          log.close();
          log = LogFile.open(file);
          continue;
        }
        if (!ran || left == 0) {
          return log;
        }
        var key = watch.poll(LOOK_MS, TimeUnit.MILLISECONDS);
        if (key != null) {
          key.pollEvents();
          key.reset();
        }
      }
    } catch (ClosedWatchServiceException e) {
      throw new IOException("the log cannot be followed any more", e);
    }
  }

  private void drain(LogFile log) throws IOException {
    for (var line = log.next(); line.isPresent() && left > 0; line = log.next()) {
      write(line.get());
    }
  }

  private void write(LogLine line) throws IOException {
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
}
