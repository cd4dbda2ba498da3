package io.kubejar.apiserver.components;

import io.kubejar.api.core.v1.ComponentCondition;
import io.kubejar.api.core.v1.ComponentStatus;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/// The parts of the control plane, and whether they are well.
///
/// Upstream's server asks its neighbours on the same machine. Parts that run elsewhere, or nowhere,
/// look to it as they do here: nobody answers.
public final class Components {
  private static final String REFUSED =
      "Get \"https://127.0.0.1:%1$d/healthz\": dial tcp 127.0.0.1:%1$d: connect: connection"
          + " refused";
  private static final int CONTROLLER_MANAGER_PORT = 10257;
  private static final int SCHEDULER_PORT = 10259;

  private final Map<String, Supplier<Optional<String>>> faults = new ConcurrentSkipListMap<>();

  public Components() {
    with("controller-manager", () -> Optional.of(REFUSED.formatted(CONTROLLER_MANAGER_PORT)));
    with("scheduler", () -> Optional.of(REFUSED.formatted(SCHEDULER_PORT)));
  }

  /// Adds a part, or tells that it is here after all.
  ///
  /// @param fault what is wrong with it; empty if it is well
  public Components with(String name, Supplier<Optional<String>> fault) {
    faults.put(name, fault);
    return this;
  }

  /// How all parts are, by name.
  List<ComponentStatus> all() {
    return faults.entrySet().stream().map(it -> status(it.getKey(), it.getValue())).toList();
  }

  Optional<ComponentStatus> find(String name) {
    return Optional.ofNullable(faults.get(name)).map(fault -> status(name, fault));
  }

  private static ComponentStatus status(String name, Supplier<Optional<String>> check) {
    var fault = check.get();
    var condition =
        new ComponentCondition(
            "Healthy", fault.isEmpty() ? "True" : "False", fault.orElse("ok"), "");
    return new ComponentStatus(ObjectMeta.EMPTY.withName(name), List.of(condition));
  }
}
