package io.kubejar.apiserver.table;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.ContainerStateTerminated;
import io.kubejar.api.core.v1.ContainerStatus;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodCondition;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The cells of a pod. Its status is a story told in one word: what its phase, its deletion and its
/// containers' states add up to, in the order in which upstream's printer looks at them.
final class PodCells {
  static final List<Column> COLUMNS =
      List.of(
          Column.NAME,
          Column.text("Ready", "ready containers of all containers"),
          Column.text("Status", "what the pod is doing, in one word"),
          Column.text("Restarts", "how often its containers were restarted, and when last"),
          Column.AGE,
          Column.wide("IP", "the pod's address"),
          Column.wide("Node", "the node it runs on"),
          Column.wide("Nominated Node", "the node that makes room for it"),
          Column.wide("Readiness Gates", "conditions that must hold besides ready containers"));

  private final Pod pod;
  private String reason;
  private int ready;
  private int restarts;
  private int sidecarRestarts;
  private @Nullable Instant lastRestart;
  private @Nullable Instant lastSidecarRestart;

  private PodCells(Pod pod) {
    this.pod = pod;
    var status = pod.status();
    reason = status.reason().isEmpty() ? status.phase() : status.reason();
  }

  static List<Object> of(Pod pod, Instant now) {
    var cells = new PodCells(pod);
    cells.lookAtScheduling();
    boolean initializing = cells.lookAtInitContainers();
    if (!initializing || cells.isInitialized()) {
      cells.lookAtContainers();
    }
    cells.lookAtDeletion();
    return cells.row(now);
  }

  private void lookAtScheduling() {
    for (var condition : pod.status().conditions()) {
      if (condition.type().equals("PodScheduled") && condition.reason().equals("SchedulingGated")) {
        reason = "SchedulingGated";
      }
    }
  }

  /// @return whether an init container is still to finish
  private boolean lookAtInitContainers() {
    var sidecars = sidecarNames();
    var statuses = pod.status().initContainerStatuses();
    for (int i = 0; i < statuses.size(); i++) {
      var status = statuses.get(i);
      boolean sidecar = sidecars.contains(status.name());
      restarts += status.restartCount();
      lastRestart = later(lastRestart, status);
      if (sidecar) {
        sidecarRestarts += status.restartCount();
        lastSidecarRestart = later(lastSidecarRestart, status);
      }
      var terminated = status.state().terminated();
      if (terminated != null && terminated.exitCode() == 0) {
        continue;
      }
      if (sidecar && Boolean.TRUE.equals(status.started())) {
        if (status.ready()) {
          ready++;
        }
        continue;
      }
      reason = "Init:" + initReason(status, i);
      return true;
    }
    return false;
  }

  private String initReason(ContainerStatus status, int position) {
    var terminated = status.state().terminated();
    if (terminated != null) {
      return terminated.reason().isEmpty() ? exit(terminated) : terminated.reason();
    }
    var waiting = status.state().waiting();
    if (waiting != null
        && !waiting.reason().isEmpty()
        && !waiting.reason().equals("PodInitializing")) {
      return waiting.reason();
    }
    return position + "/" + pod.spec().initContainers().size();
  }

  private void lookAtContainers() {
    restarts = sidecarRestarts;
    lastRestart = lastSidecarRestart;
    boolean running = false;
    for (var status : pod.status().containerStatuses().reversed()) {
      restarts += status.restartCount();
      lastRestart = later(lastRestart, status);
      var waiting = status.state().waiting();
      var terminated = status.state().terminated();
      if (waiting != null && !waiting.reason().isEmpty()) {
        reason = waiting.reason();
      } else if (terminated != null) {
        reason = terminated.reason().isEmpty() ? exit(terminated) : terminated.reason();
      } else if (status.ready() && status.state().running() != null) {
        running = true;
        ready++;
      }
    }
    if (reason.equals("Completed") && running) {
      reason = isTrue("Ready") ? "Running" : "NotReady";
    }
  }

  private void lookAtDeletion() {
    if (pod.metadata().deletionTimestamp() == null) {
      return;
    }
    if (pod.status().reason().equals("NodeLost")) {
      reason = "Unknown";
    } else if (!Set.of("Succeeded", "Failed").contains(pod.status().phase())) {
      reason = "Terminating";
    }
  }

  private List<Object> row(Instant now) {
    int total = pod.spec().containers().size() + sidecarNames().size();
    return List.of(
        pod.metadata().name(),
        ready + "/" + total,
        reason,
        restarts == 0 || lastRestart == null
            ? Integer.toString(restarts)
            : restarts + " (" + Ages.since(lastRestart, now) + " ago)",
        Ages.of(pod, now),
        podIp(),
        Texts.orNone(pod.spec().nodeName()),
        Texts.orNone(pod.status().nominatedNodeName()),
        readinessGates());
  }

  private String podIp() {
    var addresses = pod.status().podIPs();
    return addresses.isEmpty() ? Texts.NONE : Texts.orNone(addresses.getFirst().ip());
  }

  private String readinessGates() {
    var gates = pod.spec().readinessGates();
    if (gates.isEmpty()) {
      return Texts.NONE;
    }
    long met = gates.stream().filter(gate -> isTrue(gate.conditionType())).count();
    return met + "/" + gates.size();
  }

  private boolean isInitialized() {
    return isTrue("Initialized");
  }

  private boolean isTrue(String condition) {
    for (PodCondition each : pod.status().conditions()) {
      if (each.type().equals(condition)) {
        return each.status().equals("True");
      }
    }
    return false;
  }

  private Set<String> sidecarNames() {
    return pod.spec().initContainers().stream()
        .filter(container -> "Always".equals(container.restartPolicy()))
        .map(Container::name)
        .collect(Collectors.toSet());
  }

  private static String exit(ContainerStateTerminated terminated) {
    return terminated.signal() != 0
        ? "Signal:" + terminated.signal()
        : "ExitCode:" + terminated.exitCode();
  }

  private static @Nullable Instant later(@Nullable Instant known, ContainerStatus status) {
    var terminated = status.lastState().terminated();
    var finished = terminated == null ? null : terminated.finishedAt();
    if (finished == null) {
      return known;
    }
    return known == null || finished.isAfter(known) ? finished : known;
  }
}
