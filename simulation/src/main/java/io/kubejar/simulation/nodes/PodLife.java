package io.kubejar.simulation.nodes;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.ContainerStatus;
import io.kubejar.api.core.v1.HostIP;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodCondition;
import io.kubejar.api.core.v1.PodIP;
import io.kubejar.api.core.v1.PodStatus;
import io.kubejar.simulation.nodes.ContainerLife.Owner;
import io.kubejar.simulation.nodes.ContainerLife.Restarts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The next moment in the life of a pod on a simulated node. Pure, but for the address that a pod
/// gets when it starts.
///
/// @param status what its status is now
/// @param gone whether it shall be removed, after the status is written
/// @param until when to look again; null if nothing comes by itself
record PodLife(PodStatus status, boolean gone, @Nullable Instant until) {

  static PodLife of(Pod pod, PodScript script, Instant now, Supplier<String> address) {
    var status = pod.status();
    var start = status.startTime();
    if (pod.metadata().deletionTimestamp() != null) {
      return ending(pod, script, now);
    }
    if (isTerminal(status.phase())) {
      return new PodLife(status, false, null);
    }
    if (start == null) {
      status = accepted(pod, now);
      start = now;
    }
    var running = start.plus(script.startAfter());
    if (running.isAfter(now) && status.podIP().isEmpty()) { // Whoever runs already has started.
      return new PodLife(status, false, running);
    }
    return running(pod.withStatus(status), script, now, address);
  }

  /// The kubelet has seen the pod and pulls its images.
  private static PodStatus accepted(Pod pod, Instant now) {
    return pod.status().toBuilder()
        .phase("Pending")
        .startTime(now)
        .conditions(conditions(pod, now, false, false))
        .containerStatuses(pod.spec().containers().stream().map(ContainerLife::waiting).toList())
        .build();
  }

  private static PodLife running(Pod pod, PodScript script, Instant now, Supplier<String> address) {
    var owner = Owner.of(pod);
    var known = byName(pod.status().containerStatuses());
    var statuses = new ArrayList<ContainerStatus>();
    Instant until = null;
    for (var container : pod.spec().containers()) {
      var life = ContainerLife.of(container, begun(known, container), script, owner, now);
      statuses.add(life.status());
      until = ContainerLife.earlier(until, life.until());
    }
    var phase = phase(statuses, owner.restarts());
    boolean ready = phase.equals("Running") && statuses.stream().allMatch(ContainerStatus::ready);
    var ip = pod.status().podIP().isEmpty() ? address.get() : pod.status().podIP();
    var status =
        pod.status().toBuilder()
            .phase(phase)
            .podIP(ip)
            .podIPs(List.of(PodIP.EMPTY.withIp(ip)))
            .hostIP(NodeFleet.ADDRESS)
            .hostIPs(List.of(HostIP.EMPTY.withIp(NodeFleet.ADDRESS)))
            .conditions(conditions(pod, now, true, ready))
            .initContainerStatuses(initialised(pod, now))
            .containerStatuses(statuses)
            .build();
    return new PodLife(status, false, until);
  }

  /// What is known of a container that has begun to run; one that waits to be created is new.
  private static @Nullable ContainerStatus begun(
      Map<String, ContainerStatus> known, Container container) {
    var status = known.get(container.name());
    if (status == null) {
      return null;
    }
    var waiting = status.state().waiting();
    return waiting != null && status.lastState().terminated() == null ? null : status;
  }

  private static List<ContainerStatus> initialised(Pod pod, Instant now) {
    var known = byName(pod.status().initContainerStatuses());
    var statuses = new ArrayList<ContainerStatus>();
    for (var container : pod.spec().initContainers()) {
      var before = known.get(container.name());
      boolean sidecar = "Always".equals(container.restartPolicy());
      if (sidecar) {
        statuses.add(
            ContainerLife.of(
                    container,
                    before,
                    PodScript.AT_ONCE,
                    Owner.of(pod).restarting(Restarts.ALWAYS),
                    now)
                .status());
      } else {
        statuses.add(before == null ? ContainerLife.completed(container, now) : before);
      }
    }
    return statuses;
  }

  /// Its containers end after a while, then the pod goes.
  private static PodLife ending(Pod pod, PodScript script, Instant now) {
    var status = pod.status();
    var deadline = pod.metadata().deletionTimestamp();
    var grace = pod.metadata().deletionGracePeriodSeconds();
    var asked = deadline == null ? now : deadline.minusSeconds(grace == null ? 0 : grace);
    var end = asked.plus(script.terminateAfter());
    if (end.isAfter(now) && deadline != null && deadline.isAfter(now)) {
      return new PodLife(status, false, end.isBefore(deadline) ? end : deadline);
    }
    if (isTerminal(status.phase())) {
      return new PodLife(status, true, null);
    }
    var ended =
        status.containerStatuses().stream().map(it -> ContainerLife.killed(it, now)).toList();
    var last =
        status.toBuilder()
            .phase(phase(ended, Restarts.NEVER))
            .containerStatuses(ended)
            .conditions(conditions(pod, now, true, false))
            .build();
    return new PodLife(last, true, null);
  }

  private static String phase(List<ContainerStatus> statuses, Restarts restarts) {
    boolean over =
        statuses.stream()
            .map(it -> it.state().terminated())
            .allMatch(ended -> ended != null && !restarts.after(ended.exitCode()));
    if (!over) {
      return "Running";
    }
    boolean well =
        !statuses.isEmpty()
            && statuses.stream()
                .map(it -> it.state().terminated())
                .allMatch(ended -> ended != null && ended.exitCode() == 0);
    return well ? "Succeeded" : "Failed";
  }

  /// A kubelet's conditions of the pod; those of others stay.
  private static List<PodCondition> conditions(
      Pod pod, Instant now, boolean initialised, boolean containersReady) {
    var before = pod.status().conditions();
    boolean gatesOpen =
        pod.spec().readinessGates().stream()
            .allMatch(
                gate ->
                    before.stream()
                        .anyMatch(
                            it ->
                                it.type().equals(gate.conditionType())
                                    && it.status().equals("True")));
    var ours =
        List.of(
            Map.entry("PodReadyToStartContainers", initialised),
            Map.entry("Initialized", initialised),
            Map.entry("Ready", containersReady && gatesOpen),
            Map.entry("ContainersReady", containersReady),
            Map.entry("PodScheduled", true));
    var names = ours.stream().map(Map.Entry::getKey).collect(Collectors.toSet());
    var all = new ArrayList<PodCondition>();
    for (var each : ours) {
      all.add(condition(before, each.getKey(), each.getValue(), now));
    }
    before.stream().filter(it -> !names.contains(it.type())).forEach(all::add);
    return all;
  }

  private static PodCondition condition(
      List<PodCondition> before, String type, boolean holds, Instant now) {
    var status = holds ? "True" : "False";
    for (var known : before) {
      if (known.type().equals(type) && known.status().equals(status)) {
        return known;
      }
    }
    return PodCondition.EMPTY
        .withType(type)
        .withStatus(status)
        .withReason(!holds && type.endsWith("eady") ? "ContainersNotReady" : "")
        .withLastTransitionTime(now);
  }

  static boolean isTerminal(String phase) {
    return phase.equals("Succeeded") || phase.equals("Failed");
  }

  private static Map<String, ContainerStatus> byName(List<ContainerStatus> statuses) {
    return statuses.stream().collect(Collectors.toMap(ContainerStatus::name, Function.identity()));
  }
}
