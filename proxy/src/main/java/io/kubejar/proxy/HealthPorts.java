package io.kubejar.proxy;

import java.util.Collection;
import java.util.function.BooleanSupplier;

/// The ports on which load balancers ask about Services.
@FunctionalInterface
public interface HealthPorts {
  /// For a node that no load balancer asks.
  HealthPorts NONE = (_, _) -> {};

  /// From now on these are answered, and no others.
  ///
  /// @param healthy whether the rules are in force
  void publish(Collection<ServiceHealth> all, BooleanSupplier healthy);
}
