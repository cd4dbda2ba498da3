package io.kubejar.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A listener that remembers what it heard, and checks while it listens: revisions in order, no
/// event twice, no revision in two parts, nothing after the end.
final class EventLog implements WatchListener {
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

  synchronized List<Event> events() {
    return List.copyOf(events);
  }

  synchronized long revision() {
    return revision;
  }

  synchronized Optional<StoreException> error() {
    return Optional.ofNullable(error);
  }

  synchronized void awaitRevision(long wanted) throws InterruptedException {
    while (revision < wanted && error == null) {
      wait(20_000);
      assertThat(revision >= wanted || error != null)
          .as("waits for revision %d, has %d".formatted(wanted, revision))
          .isTrue();
    }
  }

  synchronized void awaitEvents(int count) throws InterruptedException {
    while (events.size() < count && error == null) {
      int before = events.size();
      wait(20_000);
      assertThat(events.size() > before || error != null)
          .as("waits for %d events, has %s".formatted(count, events))
          .isTrue();
    }
  }

  synchronized StoreException awaitError() throws InterruptedException {
    while (error == null) {
      wait(20_000);
      assertThat(error).as("waits for an error").isNotNull();
    }
    return error;
  }
}
