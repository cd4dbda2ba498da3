package io.kubejar.storage;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// Something that a caller wants from the log's writer, and the place where the answer appears.
final class PendingOperation {

  /// What the caller wants.
  sealed interface Wish {
    record Commit(Transaction transaction) implements Wish {}

    record Compact(long revision) implements Wish {}
  }

  private final Wish wish;
  private final CountDownLatch done = new CountDownLatch(1);
  private @Nullable CommitResult result;
  private @Nullable StoreException failure;

  PendingOperation(Wish wish) {
    this.wish = wish;
  }

  Wish wish() {
    return wish;
  }

  /// Roughly what keeping this operation in memory costs.
  long bytes() {
    long bytes = 256;
    if (wish instanceof Wish.Commit(var transaction)) {
      for (var write : transaction.writes()) {
        bytes += 64 + write.key().length() + (write instanceof Write.Put p ? p.value().size() : 0);
      }
    }
    return bytes;
  }

  void complete(CommitResult newResult) {
    result = newResult;
    done.countDown();
  }

  void fail(StoreException newFailure) {
    failure = newFailure;
    done.countDown();
  }

  boolean isDone() {
    return done.getCount() == 0;
  }

  /// Waits for the answer.
  CommitResult await() throws InterruptedException {
    done.await();
    if (failure != null) {
      throw failure;
    }
    if (result == null) {
      throw new IllegalStateException("an operation is done without an answer");
    }
    return result;
  }
}
