package io.kubejar.simulation.kubelet;

import io.kubejar.api.core.v1.ContainerState;
import io.kubejar.api.core.v1.ContainerStatus;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.kubelet.server.NotServed;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One run of a container, as the pod's status tells of it.
///
/// @param ended null while it runs
record Run(String container, Instant started, @Nullable Instant ended) {

  /// The run that goes on now.
  static Optional<Run> current(Pod pod, String container) {
    return status(pod, container)
        .flatMap(status -> of(container, status.state()))
        .filter(run -> run.ended == null);
  }

  /// The run whose log is meant.
  ///
  /// @param previous the last run that has ended, not the one that goes on
  /// @throws NotServed if there is none, in a kubelet's words
  static Run wanted(Pod pod, String container, boolean previous) throws NotServed {
    var name = pod.metadata().name();
    var status = status(pod, container);
    var last = status.flatMap(it -> of(container, it.lastState()));
    if (previous) {
      return last.orElseThrow(
          () ->
              new NotServed(
                  400,
                  "previous terminated container \""
                      + container
                      + "\" in pod \""
                      + name
                      + "\" not found"));
    }
    return status
        .flatMap(it -> of(container, it.state()))
        .or(() -> last)
        .orElseThrow(
            () ->
                new NotServed(
                    400,
                    "container \""
                        + container
                        + "\" in pod \""
                        + name
                        + "\" is waiting to start: "
                        + status.map(Run::reason).orElse("ContainerCreating")));
  }

  private static String reason(ContainerStatus status) {
    var waiting = status.state().waiting();
    return waiting == null ? "ContainerCreating" : waiting.reason();
  }

  private static Optional<Run> of(String container, ContainerState state) {
    var running = state.running();
    if (running != null && running.startedAt() != null) {
      return Optional.of(new Run(container, running.startedAt(), null));
    }
    var ended = state.terminated();
    return ended == null || ended.startedAt() == null
        ? Optional.empty()
        : Optional.of(new Run(container, ended.startedAt(), ended.finishedAt()));
  }

  private static Optional<ContainerStatus> status(Pod pod, String container) {
    return Stream.concat(
            pod.status().containerStatuses().stream(),
            pod.status().initContainerStatuses().stream())
        .filter(it -> it.name().equals(container))
        .findFirst();
  }

  /// The same run at a later time: what becomes of it can be told as long as the container's status
  /// tells of it. Whoever does not find it any more knows that it has ended.
  Optional<Run> in(Pod pod) {
    return status(pod, container)
        .flatMap(
            it ->
                Stream.of(of(container, it.state()), of(container, it.lastState()))
                    .flatMap(Optional::stream)
                    .filter(run -> run.started.equals(started))
                    .findFirst());
  }
}
