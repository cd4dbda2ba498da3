package io.kubejar.controllers.nodelifecycle;

import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Taint;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The taints that a node should have for the state it is in. Pure.
final class NodeTaints {
  static final String NOT_READY = "node.kubernetes.io/not-ready";
  static final String UNREACHABLE = "node.kubernetes.io/unreachable";
  private static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";
  private static final String NO_SCHEDULE = "NoSchedule";
  private static final String NO_EXECUTE = "NoExecute";

  /// A condition that is true and keeps new pods away.
  private enum Pressure {
    MEMORY("MemoryPressure", "node.kubernetes.io/memory-pressure"),
    DISK("DiskPressure", "node.kubernetes.io/disk-pressure"),
    PROCESSES("PIDPressure", "node.kubernetes.io/pid-pressure"),
    NETWORK("NetworkUnavailable", "node.kubernetes.io/network-unavailable");

    private final String condition;
    private final String taint;

    Pressure(String condition, String taint) {
      this.condition = condition;
      this.taint = taint;
    }
  }

  private NodeTaints() {}

  /// Keeps the taints of others, and of ours those that still hold, with the time they were added.
  static List<Taint> of(Node node, Instant now) {
    var ready = status(node, "Ready").orElse("");
    var result = new ArrayList<>(node.spec().taints());
    set(result, NOT_READY, NO_SCHEDULE, ready.equals("False"), null);
    set(result, UNREACHABLE, NO_SCHEDULE, ready.equals("Unknown"), null);
    for (var pressure : Pressure.values()) {
      boolean holds = status(node, pressure.condition).orElse("").equals("True");
      set(result, pressure.taint, NO_SCHEDULE, holds, null);
    }
    set(result, UNSCHEDULABLE, NO_SCHEDULE, node.spec().unschedulable(), null);
    var second = now.truncatedTo(ChronoUnit.SECONDS);
    set(result, NOT_READY, NO_EXECUTE, ready.equals("False"), second);
    set(result, UNREACHABLE, NO_EXECUTE, ready.equals("Unknown"), second);
    return List.copyOf(result);
  }

  static Optional<String> status(Node node, String type) {
    return node.status().conditions().stream()
        .filter(condition -> condition.type().equals(type))
        .map(condition -> condition.status())
        .findFirst();
  }

  private static void set(
      List<Taint> taints,
      String key,
      String effect,
      boolean wanted,
      @org.jspecify.annotations.Nullable Instant added) {
    boolean known =
        taints.stream().anyMatch(taint -> taint.key().equals(key) && taint.effect().equals(effect));
    // A node registers itself with the taint before it has any condition: that one goes when it is
    // ready.
    if (wanted && !known) {
      taints.add(Taint.EMPTY.withKey(key).withEffect(effect).withTimeAdded(added));
    } else if (!wanted && known) {
      taints.removeIf(taint -> taint.key().equals(key) && taint.effect().equals(effect));
    }
  }
}
