package io.kubejar.storage;

import org.slf4j.LoggerFactory;

/// Gets faults after which going on could do harm.
@FunctionalInterface
public interface FaultHandler {

  /// Called once the store has refused all waiting callers. In production this ends the process:
  /// after a failed sync nobody knows what the disk holds, and only recovery can find out.
  void stop(String reason, Throwable cause);

  /// Ends the process at once, without shutdown hooks.
  static FaultHandler haltingProcess() {
    return (reason, cause) -> {
      LoggerFactory.getLogger(FaultHandler.class)
          .error("process stops reason=\"{}\"", reason, cause);
      Runtime.getRuntime().halt(70);
    };
  }
}
