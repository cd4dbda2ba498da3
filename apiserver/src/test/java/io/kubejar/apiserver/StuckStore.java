package io.kubejar.apiserver;

import io.kubejar.storage.CommitResult;
import io.kubejar.storage.Page;
import io.kubejar.storage.RangeRequest;
import io.kubejar.storage.ReadResult;
import io.kubejar.storage.Store;
import io.kubejar.storage.Transaction;
import io.kubejar.storage.Watch;
import io.kubejar.storage.WatchListener;
import io.kubejar.storage.WatchRequest;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A store that gets stuck when it is told to.
final class StuckStore implements Store {
  private final Store real;
  private final Wait wait;
  private volatile @Nullable String prefix;
  private volatile boolean reads;

  /// What happens instead of the work.
  @FunctionalInterface
  interface Wait {
    void at(String place) throws InterruptedException;
  }

  StuckStore(Store real, Wait wait) {
    this.real = real;
    this.wait = wait;
  }

  /// From now on nothing is written below this prefix.
  void stick(String prefix) {
    this.prefix = prefix;
  }

  /// From now on it does not tell requests from the network how far it is.
  void stickReads() {
    reads = true;
  }

  void comeLoose() {
    reads = false;
  }

  @Override
  public ReadResult get(String key) throws InterruptedException {
    return real.get(key);
  }

  @Override
  public Page range(RangeRequest request) throws InterruptedException {
    return real.range(request);
  }

  @Override
  public CommitResult commit(Transaction transaction) throws InterruptedException {
    var stuck = prefix;
    if (stuck != null && transaction.toString().contains(stuck)) {
      wait.at(stuck);
    }
    return real.commit(transaction);
  }

  @Override
  public Watch watch(WatchRequest request, WatchListener listener) {
    return real.watch(request, listener);
  }

  @Override
  public long revision() throws InterruptedException {
    if (reads && Thread.currentThread().getName().equals("http")) {
      wait.at("revision");
    }
    return real.revision();
  }

  @Override
  public long compactedRevision() throws InterruptedException {
    return real.compactedRevision();
  }

  @Override
  public void compact(long revision) throws InterruptedException {
    real.compact(revision);
  }

  @Override
  public Optional<Instant> expireDue() throws InterruptedException {
    return real.expireDue();
  }

  @Override
  public void close() {
    real.close();
  }
}
