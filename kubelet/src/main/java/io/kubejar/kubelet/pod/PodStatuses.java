package io.kubejar.kubelet.pod;

import io.kubejar.api.core.v1.ContainerStatus;
import io.kubejar.api.core.v1.HostIP;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodCondition;
import io.kubejar.api.core.v1.PodIP;
import io.kubejar.api.core.v1.PodStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The status of a pod, out of the pod, of what the runtime has and of what the worker knows. Pure.
public final class PodStatuses {
  private final Pod pod;
  private final SeenPod seen;
  private final PodKnowledge knowledge;

  private PodStatuses(Pod pod, SeenPod seen, PodKnowledge knowledge) {
    this.pod = pod;
    this.seen = seen;
    this.knowledge = knowledge;
  }

  /// Answers the status; `verdict` overrules the phase, and `hostIps` are the node's addresses.
  public static PodStatus of(
      Pod pod,
      SeenPod seen,
      PodKnowledge knowledge,
      PodKnowledge.@Nullable Verdict verdict,
      List<String> hostIps) {
    return new PodStatuses(pod, seen, knowledge).build(verdict, hostIps);
  }

  private PodStatus build(PodKnowledge.@Nullable Verdict verdict, List<String> hostIps) {
    var statuses = new ContainerStatuses(pod, seen, knowledge);
    var init = statuses.init();
    var main = statuses.main();
    String phase = verdict != null ? verdict.phase() : phase(init, main);
    var ips = podIps(hostIps);
    var started = pod.status().startTime();
    return pod.status().toBuilder()
        .phase(phase)
        .reason(verdict != null ? verdict.reason() : pod.status().reason())
        .message(verdict != null ? verdict.message() : pod.status().message())
        .qosClass(PodFacts.qosClass(pod))
        .startTime(started != null ? started : knowledge.now().truncatedTo(ChronoUnit.SECONDS))
        .hostIP(hostIps.isEmpty() ? "" : hostIps.getFirst())
        .hostIPs(hostIps.stream().map(HostIP::new).toList())
        .podIP(ips.isEmpty() ? "" : ips.getFirst())
        .podIPs(ips.stream().map(PodIP::new).toList())
        .initContainerStatuses(init)
        .containerStatuses(main)
        .ephemeralContainerStatuses(statuses.ephemeral())
        .conditions(conditions(phase, init, main))
        .observedGeneration(pod.metadata().generation())
        .build();
  }

  private List<String> podIps(List<String> hostIps) {
    if (pod.spec().hostNetwork()) {
      return seen.sandbox().isPresent() || !pod.status().podIPs().isEmpty() ? hostIps : List.of();
    }
    var ips = seen.sandbox().map(SeenSandbox::ips).orElse(List.of());
    // A sandbox that has stopped gave its addresses back; an ended pod shows the last ones.
    boolean keep =
        (ips.isEmpty() && !seen.sandboxes().isEmpty()) || PodFacts.isTerminal(pod.status().phase());
    return ips.isEmpty() && (keep || knowledge.ending())
        ? pod.status().podIPs().stream().map(PodIP::ip).toList()
        : ips;
  }

  private String phase(List<ContainerStatus> init, List<ContainerStatus> main) {
    if (PodFacts.isTerminal(pod.status().phase())) {
      return pod.status().phase(); // An end is final.
    }
    boolean never = pod.spec().restartPolicy().equals("Never");
    int pendingInit = 0;
    for (int i = 0; i < init.size(); i++) {
      var container = pod.spec().initContainers().get(i);
      var state = init.get(i).state();
      var terminated = state.terminated();
      if (PodFacts.isSidecar(container)) {
        pendingInit += Boolean.TRUE.equals(init.get(i).started()) || knowledge.ending() ? 0 : 1;
      } else if (terminated == null || terminated.exitCode() != 0) {
        if (terminated != null && (never || knowledge.ending())) {
          return "Failed";
        }
        pendingInit++;
      }
    }
    boolean began = main.stream().anyMatch(one -> !one.containerID().isEmpty());
    if (pendingInit > 0 && !began) {
      return "Pending";
    }
    return mainPhase(main);
  }

  private String mainPhase(List<ContainerStatus> main) {
    int running = 0;
    int waiting = 0;
    int stopped = 0;
    int succeeded = 0;
    for (var status : main) {
      var terminated = status.state().terminated();
      if (status.state().running() != null) {
        running++;
      } else if (terminated != null) {
        stopped++;
        succeeded += terminated.exitCode() == 0 ? 1 : 0;
      } else if (status.lastState().terminated() != null) {
        stopped++;
      } else {
        waiting++;
      }
    }
    boolean ended = knowledge.ending() && seen.running().isEmpty();
    if (ended) {
      return stopped == main.size() && stopped == succeeded ? "Succeeded" : "Failed";
    }
    if (waiting > 0) {
      return "Pending";
    }
    if (running > 0) {
      return "Running";
    }
    return switch (pod.spec().restartPolicy()) {
      case "Never" -> stopped == succeeded ? "Succeeded" : "Failed";
      case "OnFailure" -> stopped == succeeded ? "Succeeded" : "Running";
      default -> "Running";
    };
  }

  private List<PodCondition> conditions(
      String phase, List<ContainerStatus> init, List<ContainerStatus> main) {
    boolean sandbox = seen.sandbox().filter(SeenSandbox::ready).isPresent();
    var ready = containersReady(phase, init, main);
    var ours =
        List.of(
            condition("PodReadyToStartContainers", sandbox, "", ""),
            initialized(phase, init),
            ready(ready),
            ready);
    var all = new ArrayList<PodCondition>(ours);
    for (var other : pod.status().conditions()) {
      if (ours.stream().noneMatch(mine -> mine.type().equals(other.type()))) {
        all.add(
            other.type().equals("PodScheduled")
                ? other.withObservedGeneration(pod.metadata().generation())
                : other);
      }
    }
    return all;
  }

  private PodCondition initialized(String phase, List<ContainerStatus> init) {
    if (phase.equals("Succeeded")) {
      return condition("Initialized", true, "PodCompleted", "");
    }
    boolean mainBegan =
        pod.spec().containers().stream().anyMatch(one -> seen.container(one.name()).isPresent());
    var incomplete = new ArrayList<String>();
    for (int i = 0; i < init.size() && !mainBegan; i++) {
      var status = init.get(i);
      boolean sidecar = PodFacts.isSidecar(pod.spec().initContainers().get(i));
      if (sidecar ? !Boolean.TRUE.equals(status.started()) : !status.ready()) {
        incomplete.add(status.name());
      }
    }
    return incomplete.isEmpty()
        ? condition("Initialized", true, "", "")
        : condition(
            "Initialized",
            false,
            "ContainersNotInitialized",
            "containers with incomplete status: " + words(incomplete));
  }

  private PodCondition containersReady(
      String phase, List<ContainerStatus> init, List<ContainerStatus> main) {
    if (phase.equals("Succeeded")) {
      return condition("ContainersReady", false, "PodCompleted", "");
    }
    if (phase.equals("Failed")) {
      return condition("ContainersReady", false, "PodFailed", "");
    }
    var unready = new ArrayList<String>();
    for (int i = 0; i < init.size(); i++) {
      if (PodFacts.isSidecar(pod.spec().initContainers().get(i)) && !init.get(i).ready()) {
        unready.add(init.get(i).name());
      }
    }
    main.stream().filter(one -> !one.ready()).map(ContainerStatus::name).forEach(unready::add);
    return unready.isEmpty()
        ? condition("ContainersReady", true, "", "")
        : condition(
            "ContainersReady",
            false,
            "ContainersNotReady",
            "containers with unready status: " + words(unready));
  }

  private PodCondition ready(PodCondition containers) {
    if (!containers.status().equals("True")) {
      return condition("Ready", false, containers.reason(), containers.message());
    }
    var missing = new ArrayList<String>();
    for (var gate : pod.spec().readinessGates()) {
      String type = gate.conditionType();
      var found =
          pod.status().conditions().stream().filter(one -> one.type().equals(type)).findFirst();
      if (found.isEmpty()) {
        missing.add(
            "corresponding condition of pod readiness gate \"" + type + "\" does not exist.");
      } else if (!found.get().status().equals("True")) {
        missing.add(
            "the status of pod readiness gate \""
                + type
                + "\" is not \"True\", but "
                + found.get().status());
      }
    }
    return missing.isEmpty()
        ? condition("Ready", true, "", "")
        : condition("Ready", false, "ReadinessGatesNotReady", String.join(", ", missing));
  }

  /// Lists print as Go prints them.
  private static String words(List<String> names) {
    return "[" + String.join(" ", names) + "]";
  }

  private PodCondition condition(String type, boolean value, String reason, String message) {
    String status = value ? "True" : "False";
    Optional<Instant> since =
        pod.status().conditions().stream()
            .filter(old -> old.type().equals(type) && old.status().equals(status))
            .findFirst()
            .map(PodCondition::lastTransitionTime);
    return PodCondition.builder()
        .type(type)
        .status(status)
        .reason(reason)
        .message(message)
        .lastTransitionTime(since.orElse(knowledge.now().truncatedTo(ChronoUnit.SECONDS)))
        .observedGeneration(pod.metadata().generation())
        .build();
  }
}
