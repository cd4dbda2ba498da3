package io.kubejar.client;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import java.util.random.RandomGenerator;

/// What a [Component] gets from outside, and where it leaves what must run.
///
/// The same components run threaded ([ThreadedRuntime]) or on one thread in a simulation's order
/// ([SteppedRuntime]).
public interface ComponentRuntime {

  Client client();

  Informers informers();

  Clock clock();

  RandomGenerator random();

  /// How a part does several things that do not depend on each other.
  Together together();

  /// A recorder that reports as this component, such as `deployment-controller`.
  default EventRecorder events(String component) {
    return events(component, "");
  }

  /// A recorder of a component that there is one of per host, such as `kubelet`.
  EventRecorder events(String component, String host);

  /// Leaves something that must run for as long as the runtime does.
  void add(String name, Steppable part);

  /// Leaves a controller: each of its workers runs.
  void add(Controller controller);

  /// A controller on this runtime's clock, with the usual queue. Already added.
  default Controller controller(String name, int workers, Reconciler reconciler) {
    var controller = new Controller(name, workers, reconciler, clock());
    add(controller);
    return controller;
  }
}
