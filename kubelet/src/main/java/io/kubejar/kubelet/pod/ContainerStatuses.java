package io.kubejar.kubelet.pod;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.ContainerState;
import io.kubejar.api.core.v1.ContainerStateRunning;
import io.kubejar.api.core.v1.ContainerStateTerminated;
import io.kubejar.api.core.v1.ContainerStateWaiting;
import io.kubejar.api.core.v1.ContainerStatus;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.VolumeMountStatus;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The statuses of a pod's containers, out of what the runtime has.
final class ContainerStatuses {
  private final Pod pod;
  private final SeenPod seen;
  private final PodKnowledge knowledge;
  private final boolean initialized;

  ContainerStatuses(Pod pod, SeenPod seen, PodKnowledge knowledge) {
    this.pod = pod;
    this.seen = seen;
    this.knowledge = knowledge;
    this.initialized = PodPlan.initialized(pod, seen, knowledge);
  }

  List<ContainerStatus> init() {
    return pod.spec().initContainers().stream().map(container -> of(container, true)).toList();
  }

  List<ContainerStatus> main() {
    return pod.spec().containers().stream().map(container -> of(container, false)).toList();
  }

  List<ContainerStatus> ephemeral() {
    return EphemeralContainers.of(pod).stream()
        .map(container -> of(container, false).withReady(false).withStarted(null))
        .toList();
  }

  private ContainerStatus of(Container container, boolean init) {
    var status =
        ContainerStatus.builder()
            .name(container.name())
            .image(container.image())
            .started(false)
            .volumeMounts(mounts(container));
    var last = seen.container(container.name());
    if (last.isEmpty()) {
      return notSeen(container, status);
    }
    var found = last.get();
    boolean sidecar = init && PodFacts.isSidecar(container);
    boolean started = found.running() && knowledge.started().contains(found.id());
    boolean ready =
        (init && !sidecar)
            ? found.succeeded()
            : (started && knowledge.ready().contains(found.id()));
    status
        .image(found.image())
        .imageID(found.imageId())
        .containerID("containerd://" + found.id())
        .restartCount(found.attempt())
        .started(started)
        .ready(ready);
    var previous = seen.previous(container.name()).map(this::terminated);
    if (found.running()) {
      var given = GivenResources.of(pod, container, found, knowledge);
      status
          .state(ContainerState.EMPTY.withRunning(new ContainerStateRunning(found.startedAt())))
          .lastState(previous.orElse(ContainerState.EMPTY))
          .resources(given)
          .allocatedResources(given.requests());
      return status.build();
    }
    if (!found.ended()) {
      return status
          .state(waiting(container))
          .lastState(previous.orElse(ContainerState.EMPTY))
          .build();
    }
    return ended(container, found, status, previous);
  }

  private ContainerStatus notSeen(Container container, ContainerStatus.Builder status) {
    // The runtime lost what the API still remembers: keep the memory instead of starting anew.
    var known = known(container.name());
    if (known.isPresent() && (knowledge.ending() || PodFacts.isTerminal(pod.status().phase()))) {
      var old = known.get();
      if (old.state().terminated() != null) {
        return old;
      }
      if (old.state().running() != null) {
        var lost =
            ContainerStateTerminated.EMPTY
                .withReason("ContainerStatusUnknown")
                .withMessage("The container could not be located when the pod was terminated")
                .withExitCode(137);
        return old.withState(ContainerState.EMPTY.withTerminated(lost))
            .withReady(false)
            .withStarted(false);
      }
    }
    return status.state(waiting(container)).build();
  }

  private Optional<ContainerStatus> known(String name) {
    var status = pod.status();
    return Stream.of(
            status.initContainerStatuses(),
            status.containerStatuses(),
            status.ephemeralContainerStatuses())
        .flatMap(List::stream)
        .filter(one -> one.name().equals(name))
        .findFirst();
  }

  private ContainerStatus ended(
      Container container,
      SeenContainer found,
      ContainerStatus.Builder status,
      Optional<ContainerState> previous) {
    boolean again =
        !knowledge.ending()
            && !PodFacts.isTerminal(pod.status().phase())
            && PodPlan.restarts(pod, container, found);
    var trouble = knowledge.trouble().get(container.name());
    if (again && trouble != null) {
      var state = new ContainerStateWaiting(trouble.reason(), trouble.message());
      return status
          .state(ContainerState.EMPTY.withWaiting(state))
          .lastState(terminated(found))
          .build();
    }
    return status.state(terminated(found)).lastState(previous.orElse(ContainerState.EMPTY)).build();
  }

  private ContainerState waiting(Container container) {
    var trouble = knowledge.trouble().get(container.name());
    if (trouble != null) {
      return ContainerState.EMPTY.withWaiting(
          new ContainerStateWaiting(trouble.reason(), trouble.message()));
    }
    // Where something else failed first, such as a volume or the sandbox, there is no more to tell
    // than this.
    boolean first = !pod.spec().initContainers().isEmpty() && !initialized;
    String reason =
        first || !pod.spec().initContainers().isEmpty() ? "PodInitializing" : "ContainerCreating";
    return ContainerState.EMPTY.withWaiting(new ContainerStateWaiting(reason, ""));
  }

  private ContainerState terminated(SeenContainer found) {
    var terminated =
        ContainerStateTerminated.builder()
            .exitCode(found.exitCode())
            .reason(found.reason())
            .message(found.message())
            .startedAt(found.startedAt())
            .finishedAt(found.finishedAt())
            .containerID("containerd://" + found.id())
            .build();
    return ContainerState.EMPTY.withTerminated(terminated);
  }

  private static List<VolumeMountStatus> mounts(Container container) {
    return container.volumeMounts().stream()
        .map(
            mount ->
                VolumeMountStatus.builder()
                    .name(mount.name())
                    .mountPath(mount.mountPath())
                    .readOnly(mount.readOnly())
                    .recursiveReadOnly(mount.readOnly() ? "Disabled" : null)
                    .build())
        .toList();
  }
}
