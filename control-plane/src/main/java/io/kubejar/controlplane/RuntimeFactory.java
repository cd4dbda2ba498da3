package io.kubejar.controlplane;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.client.AssembledRuntime;
import io.kubejar.client.Client;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// How the parts of a control plane get to run: on threads of their own, or as somebody conducts.
@FunctionalInterface
public interface RuntimeFactory {

  /// @param random safe for use by many threads, as [java.util.Random] is
  /// @param onFault told when a part fails in a way it does not expect; the part has stopped then
  AssembledRuntime create(
      Client client, Clock clock, RandomGenerator random, Consumer<RuntimeException> onFault);
}
