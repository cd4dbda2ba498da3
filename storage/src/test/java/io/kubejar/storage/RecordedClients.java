package io.kubejar.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.storage.KeyModel.Content;
import io.kubejar.storage.KeyModel.Operation;
import io.kubejar.storage.Linearizability.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Clients that work on a few keys at once, and a record of what each saw and when.
public final class RecordedClients {
  private static final int KEYS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(5);

  private final Store store;
  private final String prefix;
  private final AtomicLong time = new AtomicLong();
  private final Map<String, ConcurrentLinkedQueue<Call<Operation>>> histories =
      new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Call<Long>> revisions = new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopping;

  public RecordedClients(Store store, String prefix) {
    this.store = store;
    this.prefix = prefix;
  }

  /// Starts clients that do a number of operations each, unless they are stopped before.
  public void start(int clients, int operations, long seed) {
    for (int i = 0; i < clients; i++) {
      var random = new Random(seed + i);
      int client = i;
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      for (int n = 0; n < operations && !stopping; n++) {
                        operate(random, "client " + client + " operation " + n);
                      }
                    } catch (Throwable e) {
                      failure.compareAndSet(null, e);
                    }
                  }));
    }
  }

  public void stop() throws InterruptedException {
    stopping = true;
    join();
  }

  public void join() throws InterruptedException {
    for (var thread : threads) {
      thread.join();
    }
    assertThat(failure.get()).isNull();
  }

  private void operate(Random random, String text) throws InterruptedException {
    var key = prefix + random.nextInt(KEYS);
    var seen = read(key);
    switch (random.nextInt(8)) {
      case 0 -> {}
      case 1 -> write(key, Math.max(0, seen.modRevision() - 1), Value.of(text)); // Mostly refused.
      case 2 -> write(key, seen.modRevision(), null);
      default -> write(key, seen.modRevision(), Value.of(text));
    }
  }

  private Content read(String key) throws InterruptedException {
    while (true) {
      long called = time.incrementAndGet();
      try {
        var result = store.get(key);
        var seen = Content.of(result.entry());
        record(key, new Operation.Read(seen), called, time.incrementAndGet());
        revisions.add(new Call<>(-result.revision(), called, time.get()));
        return seen;
      } catch (UnavailableException e) {
        LockSupport.parkNanos(POLL.toNanos()); // A read that failed saw nothing.
      }
    }
  }

  private void write(String key, long compared, @Nullable Value value) throws InterruptedException {
    var transaction =
        value == null
            ? Transaction.delete(key, compared)
            : Transaction.update(key, compared, value);
    if (value == null && compared == 0) {
      return; // Changes nothing, so it has no revision of its own.
    }
    long called = time.incrementAndGet();
    try {
      switch (store.commit(transaction)) {
        case CommitResult.Committed(var revision) -> {
          record(
              key,
              new Operation.Written(compared, value, revision),
              called,
              time.incrementAndGet());
          revisions.add(new Call<>(revision, called, time.get()));
        }
        case CommitResult.Refused(var current, _) -> {
          var seen = Content.of(current.getFirst());
          record(key, new Operation.Refused(compared, seen), called, time.incrementAndGet());
        }
      }
    } catch (UnknownOutcomeException e) {
      record(key, new Operation.Lost(compared, value), called, Call.NEVER);
    } catch (UnavailableException e) {
      LockSupport.parkNanos(POLL.toNanos()); // Certainly not written.
    }
  }

  private void record(String key, Operation operation, long called, long returned) {
    histories
        .computeIfAbsent(key, _ -> new ConcurrentLinkedQueue<>())
        .add(new Call<>(operation, called, returned));
  }

  /// Waits until the clients have done so many operations in all.
  public void awaitOperations(int wanted) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (operations() < wanted && failure.get() == null) {
      LockSupport.parkNanos(POLL.toNanos());
      assertThat(System.nanoTime() - deadline)
          .as("waits for %d operations, has %d", wanted, operations())
          .isNegative();
    }
  }

  public int operations() {
    return histories.values().stream().mapToInt(ConcurrentLinkedQueue::size).sum();
  }

  public long lost() {
    return histories.values().stream()
        .flatMap(ConcurrentLinkedQueue::stream)
        .filter(call -> call.operation() instanceof Operation.Lost)
        .count();
  }

  /// Each key by itself is linearizable, and the revisions put all keys into one order that agrees
  /// with time.
  public void assertLinearizable() {
    histories.forEach(
        (key, history) ->
            assertThat(Linearizability.holds(new KeyModel(), List.copyOf(history)))
                .as("the history of %s can be explained", key)
                .isTrue());
    var calls = new ArrayList<>(revisions);
    var committed = calls.stream().map(Call::operation).filter(r -> r > 0).toList();
    assertThat(committed).as("revisions of commits").doesNotHaveDuplicates();
    assertRevisionsFollowTime(calls);
  }

  /// Whoever calls after somebody has returned gets a newer revision, or, for a read, the same.
  private static void assertRevisionsFollowTime(List<Call<Long>> calls) {
    var byCall = calls.stream().sorted(Comparator.comparingLong(Call::called)).toList();
    var byReturn = calls.stream().sorted(Comparator.comparingLong(Call::returned)).toList();
    long newest = 0;
    int returned = 0;
    for (var call : byCall) {
      while (returned < byReturn.size() && byReturn.get(returned).returned() < call.called()) {
        newest = Math.max(newest, Math.abs(byReturn.get(returned).operation()));
        returned++;
      }
      boolean isRead = call.operation() < 0;
      assertThat(Math.abs(call.operation()))
          .as("revisions follow time")
          .isGreaterThanOrEqualTo(isRead ? newest : newest + 1);
    }
  }
}
