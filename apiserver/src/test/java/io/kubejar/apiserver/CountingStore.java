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
import java.util.concurrent.atomic.AtomicInteger;

/// A store that counts how often its ranges are read. Closing it leaves the real one open.
record CountingStore(Store real, AtomicInteger ranges) implements Store {
  @Override
  public ReadResult get(String key) throws InterruptedException {
    return real.get(key);
  }

  @Override
  public Page range(RangeRequest request) throws InterruptedException {
    ranges.incrementAndGet();
    return real.range(request);
  }

  @Override
  public CommitResult commit(Transaction transaction) throws InterruptedException {
    return real.commit(transaction);
  }

  @Override
  public Watch watch(WatchRequest request, WatchListener listener) {
    return real.watch(request, listener);
  }

  @Override
  public long revision() throws InterruptedException {
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
    // The next server reads what the last one wrote.
  }
}
