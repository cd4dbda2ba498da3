package io.kubejar.standalone.laboratory;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.client.InformerHandler;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Counts the objects that have come as far as they should, and tells of every tenth part.
///
/// Its handler's methods are called by one thread.
final class Tally<T extends KubernetesObject> implements InformerHandler<T> {
  private static final int PARTS = 10;

  private final String what;
  private final int wanted;
  private final Predicate<T> arrived;
  private final InstantSource clock;
  private final Consumer<String> progress;
  private final Instant begin;
  private final CountDownLatch complete = new CountDownLatch(1);
  private volatile Instant end = Instant.MAX;
  private int count;
  private int told;

  /// @param what in the plural, with what has become of them: `nodes Ready`
  Tally(
      String what,
      int wanted,
      Predicate<T> arrived,
      InstantSource clock,
      Consumer<String> progress) {
    this.what = what;
    this.wanted = wanted;
    this.arrived = arrived;
    this.clock = clock;
    this.progress = progress;
    begin = clock.instant();
    look();
  }

  /// Waits until all that are wanted have been there at one moment.
  void await() throws InterruptedException {
    complete.await();
  }

  /// How long it took from the beginning; empty as long as some are missing.
  Optional<Duration> took() {
    return complete.getCount() > 0 ? Optional.empty() : Optional.of(Duration.between(begin, end));
  }

  String what() {
    return what;
  }

  int wanted() {
    return wanted;
  }

  @Override
  public void onAdd(T object) {
    change(false, arrived.test(object));
  }

  @Override
  public void onUpdate(T before, T now) {
    change(arrived.test(before), arrived.test(now));
  }

  @Override
  public void onDelete(T object) {
    change(arrived.test(object), false);
  }

  private void change(boolean before, boolean now) {
    if (before != now) {
      count += now ? 1 : -1;
      look();
    }
  }

  private void look() {
    if (complete.getCount() == 0) {
      return;
    }
    int part = wanted == 0 ? PARTS : (int) ((long) count * PARTS / wanted);
    if (part > told) {
      told = part;
      if (wanted > 0) {
        progress.accept("  %,d of %,d %s".formatted(count, wanted, what));
      }
    }
    if (count >= wanted) {
      end = clock.instant();
      complete.countDown();
    }
  }
}
