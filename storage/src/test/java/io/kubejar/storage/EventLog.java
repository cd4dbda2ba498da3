package io.kubejar.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A listener that remembers what it heard, and checks while it listens: revisions in order, no
/// event twice, no revision in two parts, nothing after the end.
public final class EventLog implements WatchListener {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<Event> events = new ArrayList<>();
  private long revision;
  private @Nullable StoreException error;

  @Override
  public synchronized void onEvents(List<Event> batch, long upTo) {
    assertThat(error).as("nothing comes after the end").isNull();
    assertThat(batch).isNotEmpty();
    long last = revision;
    for (var event : batch) {
      assertThat(event.revision())
          .as("events are in order, a revision is whole")
          .isGreaterThan(revision);
      assertThat(event.revision()).as("events are in order").isGreaterThanOrEqualTo(last);
      last = event.revision();
    }
    assertThat(upTo).isGreaterThanOrEqualTo(last);
    assertThat(batch.stream().map(e -> e.revision() + e.key())).doesNotHaveDuplicates();
    events.addAll(batch);
    revision = upTo;
    notifyAll();
  }

  @Override
  public synchronized void onProgress(long upTo) {
    assertThat(error).as("nothing comes after the end").isNull();
    assertThat(upTo).as("progress never goes back").isGreaterThanOrEqualTo(revision);
    revision = upTo;
    notifyAll();
  }

  @Override
  public synchronized void onError(StoreException problem) {
    assertThat(error).as("there is one end").isNull();
    error = problem;
    notifyAll();
  }

  public synchronized List<Event> events() {
    return List.copyOf(events);
  }

  public synchronized long revision() {
    return revision;
  }

  public synchronized Optional<StoreException> error() {
    return Optional.ofNullable(error);
  }

  public void awaitRevision(long wanted) throws InterruptedException {
    await(() -> revision >= wanted, "revision " + wanted);
  }

  public void awaitEvents(int count) throws InterruptedException {
    await(() -> events.size() >= count, count + " events");
    synchronized (this) {
      assertThat(events.size()).as("the watch ended with %s", error).isGreaterThanOrEqualTo(count);
    }
  }

  public StoreException awaitError() throws InterruptedException {
    await(() -> false, "an error");
    return error().orElseThrow();
  }

  /// Waits until a condition holds or the watch has ended.
  private synchronized void await(BooleanSupplier condition, String what)
      throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean() && error == null) {
      long millis = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
      assertThat(millis)
          .as("waits for %s, has revision %d and %s", what, revision, events)
          .isPositive();
      wait(millis);
    }
  }
}
