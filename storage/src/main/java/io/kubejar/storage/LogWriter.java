package io.kubejar.storage;

import io.kubejar.storage.Log.Encoded;
import io.kubejar.storage.PendingOperation.Wish;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns waiting operations into durable states: the only part of the embedded store that writes to
/// the log.
///
/// A state machine: each [#step()] takes all operations that wait, decides them one behind the
/// other against a state that nobody else sees yet, writes the effects of all of them at once,
/// waits for the disk, then publishes the state and answers. So all callers that come while the
/// disk is busy share the next wait, and nobody, neither reader nor refused writer, hears of
/// anything that could still be lost.
final class LogWriter {
  private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

  private final Log log;
  private final OperationQueue queue;
  private final InstantSource clock;
  private final HistoryLimits history;
  private final Consumer<State> publish;
  private final FaultHandler faults;
  private State state;
  private boolean stopped;

  LogWriter(
      Log.Opened opened,
      OperationQueue queue,
      EmbeddedStore.Options options,
      Consumer<State> publish) {
    this.log = opened.log();
    this.state = opened.state();
    this.queue = queue;
    this.clock = options.clock();
    this.history = options.history();
    this.faults = options.faults();
    this.publish = publish;
  }

  /// Commits one batch; false if nothing waits.
  boolean step() {
    var operations = queue.poll();
    if (operations.isEmpty()) {
      return false;
    }
    if (stopped) {
      for (var operation : operations) {
        operation.fail(new UnavailableException("the store has stopped after a fault", null));
      }
      return true;
    }
    try {
      commit(operations);
    } catch (DiskFaultException e) {
      stop(operations, "the disk failed", e);
    } catch (RuntimeException | Error e) {
      stop(operations, "the log's writer failed", e);
      throw e;
    }
    return true;
  }

  private void commit(List<PendingOperation> operations) throws DiskFaultException {
    var batch = new Batch(state);
    for (var operation : operations) {
      batch.add(operation);
    }
    try {
      log.append(batch.records);
    } catch (DiskFaultException e) {
      throw e;
    } catch (IOException e) {
      LOG.error("commit refused operations={} reason=\"{}\"", operations.size(), e.getMessage());
      for (var operation : operations) {
        operation.fail(new UnavailableException("the log cannot be written: " + e.getMessage(), e));
      }
      return;
    }
    if (!batch.records.isEmpty()) {
      state = batch.state;
      publish.accept(state);
    }
    batch.answers.forEach(Runnable::run);
  }

  /// Nothing can be said of this batch: all, some or none of it may be there after a restart.
  private void stop(List<PendingOperation> operations, String reason, Throwable fault) {
    stopped = true;
    queue.close(new UnavailableException("the store has stopped after a fault", fault));
    for (var operation : operations) {
      if (!operation.isDone()) {
        operation.fail(new UnknownOutcomeException(reason + ": " + fault.getMessage(), fault));
      }
    }
    faults.stop(reason, fault);
  }

  /// Operations that share one wait for the disk.
  private final class Batch {
    private final List<Encoded> records = new ArrayList<>();
    private final List<Runnable> answers = new ArrayList<>();
    private State state;

    Batch(State state) {
      this.state = state;
    }

    void add(PendingOperation operation) {
      switch (operation.wish()) {
        case Wish.Commit(var transaction) -> commit(operation, transaction);
        case Wish.Compact(var revision) -> compact(operation, revision);
      }
    }

    private void commit(PendingOperation operation, Transaction transaction) {
      switch (state.decide(transaction, clock.instant())) {
        case Decision.Answer(var result) -> answers.add(() -> operation.complete(result));
        case Decision.Apply(var effects) -> {
          log(new LogRecord.Commit(effects));
          var result = new CommitResult.Committed(state.revision());
          answers.add(() -> operation.complete(result));
          long overflow = state.overflow(history);
          if (overflow > 0) {
            log(new LogRecord.Compaction(overflow));
          }
        }
      }
    }

    private void compact(PendingOperation operation, long revision) {
      if (revision > state.revision()) {
        long newest = state.revision();
        answers.add(() -> operation.fail(new FutureRevisionException(revision, newest)));
        return;
      }
      if (revision > state.compacted()) {
        log(new LogRecord.Compaction(revision));
      }
      var result = new CommitResult.Committed(state.revision());
      answers.add(() -> operation.complete(result));
    }

    private void log(LogRecord logged) {
      state = logged.applyTo(state);
      records.add(Encoded.of(logged, state.revision()));
    }
  }
}
