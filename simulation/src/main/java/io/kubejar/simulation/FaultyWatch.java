package io.kubejar.simulation;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.client.Watch;
import io.kubejar.client.WatchEvent;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A watch that lags and ends as the faults say. Only for those who poll.
final class FaultyWatch<T extends KubernetesObject> implements Watch<T> {
  private final Watch<T> real;
  private final RandomGenerator random;
  private final Supplier<Faults> faults;
  private boolean ended;

  FaultyWatch(Watch<T> real, RandomGenerator random, Supplier<Faults> faults) {
    this.real = real;
    this.random = random;
    this.faults = faults;
  }

  @Override
  public @Nullable WatchEvent<T> poll() throws InterruptedException {
    if (ended || happens(faults.get().lostWatch())) {
      ended = true;
      return new WatchEvent.Closed<>();
    }
    return happens(faults.get().lateWatch()) ? null : real.poll();
  }

  @Override
  public WatchEvent<T> take() {
    throw new UnsupportedOperationException("a simulation never waits");
  }

  @Override
  public void onAvailable(Runnable wakeUp) {
    real.onAvailable(wakeUp);
  }

  @Override
  public void close() {
    real.close();
  }

  private boolean happens(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }
}
