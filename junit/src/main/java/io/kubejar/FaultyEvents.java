package io.kubejar;

import io.kubejar.Fault.Effect;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.client.Watch;
import io.kubejar.client.WatchEvent;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A watch in this process whose events may come late, or never. For use by one thread.
final class FaultyEvents<T extends KubernetesObject> implements Watch<T> {
  private final Watch<T> real;
  private final Traffic.Begun watch;
  private final Traffic traffic;
  private @Nullable WatchEvent<T> held;
  private Instant heldUntil = Instant.MIN;
  private boolean ended;
  private volatile Runnable wakeUp = () -> {};

  FaultyEvents(Watch<T> real, Traffic.Begun watch, Traffic traffic) {
    this.real = real;
    this.watch = watch;
    this.traffic = traffic;
  }

  @Override
  public @Nullable WatchEvent<T> poll() throws InterruptedException {
    if (ended) {
      return new WatchEvent.Closed<>();
    }
    var late = held;
    if (late != null) {
      if (traffic.clock().instant().isBefore(heldUntil)) {
        return null;
      }
      held = null;
      return late;
    }
    var event = real.poll();
    return event == null ? null : met(event);
  }

  @Override
  public WatchEvent<T> take() throws InterruptedException {
    while (true) {
      var event = held == null && !ended ? met(real.take()) : poll();
      if (event != null) {
        return event;
      }
      Waiting.on(traffic, Duration.between(traffic.clock().instant(), heldUntil));
    }
  }

  /// Null if the event is held back.
  private @Nullable WatchEvent<T> met(WatchEvent<T> event) {
    boolean change =
        event instanceof WatchEvent.Added<T>
            || event instanceof WatchEvent.Modified<T>
            || event instanceof WatchEvent.Deleted<T>;
    if (!change) {
      return event;
    }
    var now = traffic.clock().instant();
    var effect = traffic.faults().ofEvent(now, watch.caller(), watch.target());
    return switch (effect.orElse(null)) {
      case Effect.DroppedWatch _ -> {
        ended = true;
        real.close();
        yield new WatchEvent.Closed<>();
      }
      case Effect.DelayedEvent(var by) -> {
        held = event;
        heldUntil = now.plus(by);
        traffic.clock().schedule(by, () -> wakeUp.run());
        yield null;
      }
      case null, default -> event;
    };
  }

  @Override
  public void onAvailable(Runnable listener) {
    wakeUp = listener;
    real.onAvailable(listener);
  }

  @Override
  public void close() {
    real.close();
  }
}
