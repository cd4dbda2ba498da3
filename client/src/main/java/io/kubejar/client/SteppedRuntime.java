package io.kubejar.client;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Runs nothing by itself: a simulation or a test steps the parts, on one thread.
public final class SteppedRuntime extends AssembledRuntime {
  private final List<Part> parts = new ArrayList<>();

  public SteppedRuntime(Client client, Clock clock, RandomGenerator random) {
    super(client, clock, random);
  }

  @Override
  public Together together() {
    return Together.IN_ORDER;
  }

  @Override
  public void add(String name, Steppable part) {
    part.onWork(() -> {}); // Whoever steps asks every part.
    parts.add(new Part(name, part));
  }

  @Override
  public void start() {
    // Whoever steps decides when.
  }

  @Override
  public void close() {
    parts.clear();
    informers().close();
  }

  /// Everything that can be stepped now. A step may add to it.
  public List<Part> parts() {
    return List.copyOf(parts);
  }

  /// Steps all parts in turn until none has anything left to do. Returns how many steps did
  /// something.
  ///
  /// @throws IllegalStateException if it does not end within the limit
  public int runUntilIdle(int stepsMax) throws InterruptedException {
    int steps = 0;
    for (boolean worked = true; worked; ) {
      worked = false;
      for (var part : parts()) {
        if (part.steppable().step()) {
          worked = true;
          if (++steps > stepsMax) {
            throw new IllegalStateException(
                "still busy after " + stepsMax + " steps: " + part.name());
          }
        }
      }
    }
    return steps;
  }

  /// One part and what it is called in a trace.
  public record Part(String name, Steppable steppable) {}
}
