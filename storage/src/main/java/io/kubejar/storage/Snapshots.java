package io.kubejar.storage;

import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes snapshots beside the writer: a state machine whose [#step()] writes one piece.
///
/// The writer asks for a snapshot and hears of its end through [#pollTaken()]. A snapshot that
/// fails is no fault: the log has everything, and the next compaction asks anew.
final class Snapshots {
  private static final Logger LOG = LoggerFactory.getLogger(Snapshots.class);

  /// A snapshot that is complete and durable.
  record Taken(long revision, long bytes) {}

  private final LogOptions options;
  private final UUID store;
  private final FaultHandler faults;
  private final Runnable onTaken;
  private final AtomicReference<@Nullable Change> asked = new AtomicReference<>();
  private final AtomicReference<@Nullable Taken> taken = new AtomicReference<>();
  private volatile boolean busy;
  private boolean stopped;
  private @Nullable SnapshotWriter writer;

  Snapshots(LogOptions options, UUID store, FaultHandler faults, Runnable onTaken) {
    this.options = options;
    this.store = store;
    this.faults = faults;
    this.onTaken = onTaken;
  }

  /// Whether a snapshot is asked for, in the making, or taken and not yet collected.
  boolean isBusy() {
    return busy;
  }

  void ask(Change base) {
    busy = true;
    asked.set(base);
  }

  /// The snapshot that was taken since the last call.
  Optional<Taken> pollTaken() {
    var result = Optional.ofNullable(taken.getAndSet(null));
    if (result.isPresent()) {
      busy = false;
    }
    return result;
  }

  boolean step() {
    try {
      if (stopped) {
        return false;
      }
      if (writer == null) {
        var base = asked.getAndSet(null);
        if (base == null) {
          return false;
        }
        writer = SnapshotWriter.begin(options.disk(), options.checksum(), store, base);
        return true;
      }
      if (!writer.step()) {
        taken.set(new Taken(writer.revision(), writer.bytes()));
        LOG.debug("snapshot taken revision={} bytes={}", writer.revision(), writer.bytes());
        writer = null;
        onTaken.run();
      }
      return true;
    } catch (DiskFaultException e) {
      stopped = true;
      faults.stop("the disk failed", e);
      return false;
    } catch (IOException e) {
      LOG.warn("snapshot failed, the log grows until one succeeds reason=\"{}\"", e.getMessage());
      abandon();
      busy = false;
      return true;
    }
  }

  /// Gives up what is in the making.
  void abandon() {
    var unfinished = writer;
    writer = null;
    if (unfinished != null) {
      try {
        unfinished.abandon();
      } catch (IOException e) {
        LOG.warn("unfinished snapshot stays until the next start reason=\"{}\"", e.getMessage());
      }
    }
  }
}
