package io.kubejar.simulation.nodes;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.ContainerState;
import io.kubejar.api.core.v1.ContainerStateRunning;
import io.kubejar.api.core.v1.ContainerStateTerminated;
import io.kubejar.api.core.v1.ContainerStateWaiting;
import io.kubejar.api.core.v1.ContainerStatus;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.kubelet.pod.GoDurations;
import io.kubejar.kubelet.pod.PodFacts;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The next moment in the life of one container. Pure: the same status, script and time give the
/// same next status.
///
/// @param status what it is now
/// @param until when to look again; null if nothing comes by itself
record ContainerLife(ContainerStatus status, @Nullable Instant until) {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
  private static final int KILLED = 137;

  /// @param owner the pod, which decides whether an ended run is followed by another one
  static ContainerLife of(
      Container container,
      @Nullable ContainerStatus known,
      PodScript script,
      Owner owner,
      Instant now) {
    var status = known == null ? fresh(container) : known;
    var state = status.state();
    var running = state.running();
    if (running != null && running.startedAt() != null) {
      return running(status, running.startedAt(), script, owner, now);
    }
    var ended = state.terminated() != null ? state.terminated() : status.lastState().terminated();
    if (ended == null) {
      return started(status, script, owner, now);
    }
    if (state.terminated() != null && !owner.restarts().after(ended.exitCode())) {
      return new ContainerLife(status, null);
    }
    var end = ended.finishedAt() == null ? now : ended.finishedAt();
    var again = end.plus(pause(status.restartCount()));
    if (again.isAfter(now)) {
      return new ContainerLife(backingOff(status, ended, owner), again);
    }
    return started(
        status
            .withLastState(ContainerState.EMPTY.withTerminated(ended))
            .withRestartCount(status.restartCount() + 1),
        script,
        owner,
        now);
  }

  /// Ended from outside, because the pod is deleted.
  static ContainerStatus killed(ContainerStatus status, Instant now) {
    var running = status.state().running();
    if (status.state().terminated() != null) {
      return status;
    }
    var started = running == null ? null : running.startedAt();
    return ended(status, KILLED, started, now);
  }

  /// An init container that has done its work.
  static ContainerStatus completed(Container container, Instant now) {
    return ended(fresh(container), 0, now, now).withReady(true);
  }

  static ContainerStatus waiting(Container container) {
    var waiting = ContainerStateWaiting.EMPTY.withReason("ContainerCreating");
    return fresh(container).withState(ContainerState.EMPTY.withWaiting(waiting));
  }

  private static ContainerLife started(
      ContainerStatus status, PodScript script, Owner owner, Instant now) {
    var running = ContainerStateRunning.EMPTY.withStartedAt(now);
    var started =
        status
            .withState(ContainerState.EMPTY.withRunning(running))
            .withContainerID("simulated://" + status.name() + "-" + status.restartCount())
            .withStarted(true)
            .withReady(false);
    return running(started, now, script, owner, now);
  }

  private static ContainerLife running(
      ContainerStatus status, Instant since, PodScript script, Owner owner, Instant now) {
    var exit = script.exit();
    boolean ends = exit != null && status.restartCount() < exit.times();
    var end = exit != null && ends ? since.plus(exit.after()) : null;
    if (exit != null && end != null && !end.isAfter(now)) {
      var ended = ended(status, exit.code(), since, now);
      return of(ended, script, owner, now);
    }
    var readyAfter = script.readyAfter();
    var readyAt = readyAfter == null ? null : since.plus(readyAfter);
    boolean ready = readyAt != null && !readyAt.isAfter(now);
    var next = ready || readyAt == null ? end : earlier(readyAt, end);
    return new ContainerLife(status.withReady(ready), next);
  }

  private static ContainerLife of(
      ContainerStatus ended, PodScript script, Owner owner, Instant now) {
    var container = Container.EMPTY.withName(ended.name()).withImage(ended.image());
    return of(container, ended, script, owner, now);
  }

  private static ContainerStatus backingOff(
      ContainerStatus status, ContainerStateTerminated ended, Owner owner) {
    var waiting =
        ContainerStateWaiting.EMPTY
            .withReason("CrashLoopBackOff")
            .withMessage(
                "back-off "
                    + GoDurations.text(pause(status.restartCount()))
                    + " restarting failed container="
                    + status.name()
                    + " pod="
                    + owner.text());
    return status
        .withState(ContainerState.EMPTY.withWaiting(waiting))
        .withLastState(ContainerState.EMPTY.withTerminated(ended))
        .withReady(false)
        .withStarted(false);
  }

  private static ContainerStatus ended(
      ContainerStatus status, int code, @Nullable Instant started, Instant now) {
    var terminated =
        ContainerStateTerminated.EMPTY
            .withExitCode(code)
            .withReason(code == 0 ? "Completed" : "Error")
            .withStartedAt(started)
            .withFinishedAt(now)
            .withContainerID(status.containerID());
    return status
        .withState(ContainerState.EMPTY.withTerminated(terminated))
        .withReady(false)
        .withStarted(false);
  }

  private static ContainerStatus fresh(Container container) {
    return ContainerStatus.EMPTY
        .withName(container.name())
        .withImage(container.image())
        .withImageID(container.image());
  }

  /// The first restart comes at once, later ones after pauses that double.
  private static Duration pause(int restarts) {
    if (restarts == 0) {
      return Duration.ZERO;
    }
    int doublings = Math.min(restarts - 1, 10);
    var pause = FIRST_PAUSE.multipliedBy(1L << doublings);
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }

  static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.isBefore(other) ? one : other;
  }

  /// What a container has to know of its pod.
  ///
  /// @param text the pod as kubelets write it
  record Owner(String text, Restarts restarts) {
    static Owner of(Pod pod) {
      return new Owner(PodFacts.described(pod), Restarts.of(pod.spec().restartPolicy()));
    }

    Owner restarting(Restarts value) {
      return new Owner(text, value);
    }
  }

  /// Whether the pod's policy lets a container run again.
  enum Restarts {
    ALWAYS,
    ON_FAILURE,
    NEVER;

    static Restarts of(String policy) {
      return switch (policy) {
        case "OnFailure" -> ON_FAILURE;
        case "Never" -> NEVER;
        default -> ALWAYS;
      };
    }

    boolean after(int exitCode) {
      return this == ALWAYS || (this == ON_FAILURE && exitCode != 0);
    }
  }
}
