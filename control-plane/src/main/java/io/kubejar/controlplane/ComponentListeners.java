package io.kubejar.controlplane;

import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where the controllers and the scheduler say how they are.
///
/// @param controllerManager null for nowhere
/// @param scheduler null for nowhere
/// @param flags what the administrator chose, by names without dashes
public record ComponentListeners(
    @Nullable InetSocketAddress controllerManager,
    @Nullable InetSocketAddress scheduler,
    Map<String, String> flags) {
  public static final ComponentListeners NONE = new ComponentListeners(null, null, Map.of());

  public ComponentListeners {
    flags = Map.copyOf(flags);
  }
}
