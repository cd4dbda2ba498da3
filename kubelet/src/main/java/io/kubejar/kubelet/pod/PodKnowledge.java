package io.kubejar.kubelet.pod;

import io.kubejar.api.core.v1.ResourceRequirements;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the worker of a pod remembers beside the pod itself and what the runtime shows.
///
/// @param ending whether all containers must stop: deleted, out of time
/// @param started ids of the containers whose startup probe has passed
/// @param ready ids of the containers whose readiness probe passes
/// @param failed ids of running containers that a probe wants to be restarted, and which probe
/// @param trouble why the container of that name does not start
/// @param backOffs how long crashing containers wait
/// @param given what running containers were resized to, by their ids
public record PodKnowledge(
    Instant now,
    boolean ending,
    Set<String> started,
    Set<String> ready,
    Map<String, PodAction.Cause> failed,
    Map<String, Trouble> trouble,
    BackOffs backOffs,
    Map<String, ResourceRequirements> given) {

  /// Of a pod that was never resized.
  public PodKnowledge(
      Instant now,
      boolean ending,
      Set<String> started,
      Set<String> ready,
      Map<String, PodAction.Cause> failed,
      Map<String, Trouble> trouble,
      BackOffs backOffs) {
    this(now, ending, started, ready, failed, trouble, backOffs, Map.of());
  }

  /// Why a container waits, as `state.waiting` says it.
  public record Trouble(String reason, String message) {}

  public PodKnowledge {
    started = Set.copyOf(started);
    ready = Set.copyOf(ready);
    failed = Map.copyOf(failed);
    trouble = Map.copyOf(trouble);
    given = Map.copyOf(given);
  }

  /// Why this pod ends, when it does so by a decision of the node, and what its phase becomes.
  public record Verdict(String phase, String reason, String message) {
    public static final Optional<Verdict> NONE = Optional.empty();
  }
}
