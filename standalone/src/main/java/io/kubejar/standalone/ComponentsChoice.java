package io.kubejar.standalone;

import io.kubejar.controlplane.ComponentListeners;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/// Where the controllers and the scheduler say how they are.
final class ComponentsChoice {
  private static final Logger log = LoggerFactory.getLogger(ComponentsChoice.class);
  private static final int CONTROLLER_MANAGER = 10257;
  private static final int SCHEDULER = 10259;

  /// Further clusters of a machine look in steps for a place of their own.
  private static final int STEP = 10;

  private static final int PORT_MAX = 65_535;

  @Option(
      names = "--controller-manager-secure-port",
      paramLabel = "PORT",
      description =
          "metrics and health of the controllers; 0: none (default: 10257, or one near it)")
  private @Nullable Integer controllerManager;

  @Option(
      names = "--scheduler-secure-port",
      paramLabel = "PORT",
      description = "metrics and health of the scheduler; 0: none (default: 10259, or one near it)")
  private @Nullable Integer scheduler;

  void check() {
    check("--controller-manager-secure-port", controllerManager);
    check("--scheduler-secure-port", scheduler);
  }

  private static void check(String option, @Nullable Integer port) {
    if (port != null && (port < 0 || port > PORT_MAX)) {
      throw CommandFailure.usage(option + " must be between 0 and " + PORT_MAX + ": " + port);
    }
  }

  ComponentListeners listeners(Map<String, String> flags) {
    return new ComponentListeners(
        address(controllerManager, CONTROLLER_MANAGER), address(scheduler, SCHEDULER), flags);
  }

  /// A port that nobody asked for is not worth a failure: the next free one will do.
  private static @Nullable InetSocketAddress address(@Nullable Integer wanted, int usual) {
    if (wanted != null) {
      return wanted == 0 ? null : new InetSocketAddress(wanted);
    }
    for (int port = usual; port < PORT_MAX; port += STEP) {
      if (Preflight.isFree(port)) {
        if (port != usual) {
          log.info("Metrics and health on port {} instead of {}.", port, usual);
        }
        return new InetSocketAddress(port);
      }
    }
    return null;
  }
}
