package io.kubejar.kubelet.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Copies a log, or its end, to somebody who wants to read it; on request for as long as its
/// container runs.
public final class LogCopy {
  /// How long a missed change of the file can stay unseen at most.
  private static final long LOOK_MS = 500;

  private final LogOptions options;
  private final LogOutput out;

  public LogCopy(LogOptions options, OutputStream out) {
    this.options = options;
    this.out = new LogOutput(options, out);
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
        if (replaced && !out.isFull()) {
          log.close();
          log = LogFile.open(file);
          continue;
        }
        if (!ran || out.isFull()) {
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
    for (var line = log.next(); line.isPresent() && !out.isFull(); line = log.next()) {
      out.write(line.get());
    }
  }
}
