package io.kubejar.client;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Conductor;
import io.kubejar.apimachinery.time.Steppable;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Leaves every part to a [Conductor], which may conduct others beside.
public final class ConductedRuntime extends AssembledRuntime {
  private final Conductor conductor;
  private final List<Conductor.Part> parts = new ArrayList<>();
  private @Nullable List<Waiting> waiting = new ArrayList<>();

  /// The clock is the conductor's.
  public ConductedRuntime(Client client, Conductor conductor, RandomGenerator random) {
    this(client, conductor, conductor.clock(), random);
  }

  /// @param clock what the parts see of the time; its timers must be the conductor's
  public ConductedRuntime(Client client, Conductor conductor, Clock clock, RandomGenerator random) {
    super(client, clock, random);
    this.conductor = conductor;
  }

  @Override
  public Together together() {
    return Together.IN_ORDER;
  }

  @Override
  public void add(String name, Steppable part) {
    synchronized (parts) {
      if (waiting != null) {
        waiting.add(new Waiting(name, part));
      } else {
        parts.add(conductor.add(name, part));
      }
    }
  }

  @Override
  public void start() {
    synchronized (parts) {
      if (waiting == null) {
        throw new IllegalStateException("started twice");
      }
      for (var each : waiting) {
        parts.add(conductor.add(each.name(), each.part()));
      }
      waiting = null;
    }
  }

  /// Returns when none of its parts is stepped any more. The conductor goes on.
  @Override
  public void close() throws InterruptedException {
    List<Conductor.Part> all;
    synchronized (parts) {
      all = List.copyOf(parts);
    }
    conductor.remove(all);
    informers().close();
  }

  private record Waiting(String name, Steppable part) {}
}
