package io.kubejar.controlplane;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import io.kubejar.client.Client;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Controller;
import io.kubejar.client.EventRecorder;
import io.kubejar.client.Informers;
import io.kubejar.client.Together;
import java.util.random.RandomGenerator;

/// A runtime whose component acts as a user of its own, while it shares informers, clock and
/// threads with the others.
record IdentifiedRuntime(ComponentRuntime shared, Client client) implements ComponentRuntime {
  @Override
  public Informers informers() {
    return shared.informers();
  }

  @Override
  public Clock clock() {
    return shared.clock();
  }

  @Override
  public RandomGenerator random() {
    return shared.random();
  }

  @Override
  public Together together() {
    return shared.together();
  }

  @Override
  public EventRecorder events(String component, String host) {
    return shared.events(component, host);
  }

  @Override
  public void add(String name, Steppable part) {
    shared.add(name, part);
  }

  @Override
  public void add(Controller controller) {
    shared.add(controller);
  }
}
