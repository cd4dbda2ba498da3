package io.kubejar.controllers.nodelifecycle;

import io.kubejar.api.coordination.v1.Lease;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.NodeCondition;
import io.kubejar.apimachinery.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// When each node was last heard of, by our own clock: the clock of a node is not to be trusted.
final class NodeHealth {
  private static final List<String> CONDITIONS =
      List.of("Ready", "MemoryPressure", "DiskPressure", "PIDPressure");

  /// A node that is new may take a little longer.
  static final Duration STARTUP_GRACE = Duration.ofSeconds(60);

  private final Duration grace;
  private final Map<ObjectKey, Heard> heard = new ConcurrentHashMap<>();

  NodeHealth(Duration grace) {
    this.grace = grace;
  }

  /// Notes what the node and its lease say now, and returns when the node is to be called silent.
  Instant silentAt(Node node, Optional<Lease> lease, Instant now) {
    var key = ObjectKey.of(node);
    var heartbeat =
        node.status().conditions().stream()
            .filter(condition -> condition.type().equals("Ready"))
            .findFirst()
            .map(NodeCondition::lastHeartbeatTime);
    var renewed = lease.flatMap(it -> Optional.ofNullable(it.spec())).map(spec -> spec.renewTime());
    var sign = new Sign(heartbeat, renewed);
    var known =
        heard.compute(
            key,
            (_, before) ->
                before != null && before.sign().equals(sign) ? before : new Heard(sign, now));
    boolean isNew = heartbeat.isEmpty() && renewed.isEmpty();
    return Objects.requireNonNull(known).at().plus(isNew ? STARTUP_GRACE : grace);
  }

  void forget(ObjectKey node) {
    heard.remove(node);
  }

  /// The conditions of a node that is silent: nothing is known any more.
  static List<NodeCondition> unknown(Node node, Instant now) {
    var second = now.truncatedTo(ChronoUnit.SECONDS);
    var result = new ArrayList<>(node.status().conditions());
    for (var type : CONDITIONS) {
      int at = indexOf(result, type);
      if (at < 0) {
        result.add(
            NodeCondition.EMPTY
                .withType(type)
                .withStatus("Unknown")
                .withReason("NodeStatusNeverUpdated")
                .withMessage("Kubelet never posted node status.")
                .withLastHeartbeatTime(node.metadata().creationTimestamp())
                .withLastTransitionTime(second));
      } else if (!result.get(at).status().equals("Unknown")) {
        result.set(
            at,
            result
                .get(at)
                .withStatus("Unknown")
                .withReason("NodeStatusUnknown")
                .withMessage("Kubelet stopped posting node status.")
                .withLastTransitionTime(second));
      }
    }
    return List.copyOf(result);
  }

  private static int indexOf(List<NodeCondition> conditions, String type) {
    for (int i = 0; i < conditions.size(); i++) {
      if (conditions.get(i).type().equals(type)) {
        return i;
      }
    }
    return -1;
  }

  /// What a living node changes from time to time.
  private record Sign(Optional<Instant> heartbeat, Optional<Instant> renewed) {}

  private record Heard(Sign sign, Instant at) {}
}
