package io.kubejar.kubelet.pod;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.kubelet.pod.PodAction.Cause;
import io.kubejar.kubelet.pod.PodAction.CreateSandbox;
import io.kubejar.kubelet.pod.PodAction.RemoveContainer;
import io.kubejar.kubelet.pod.PodAction.ResizeContainer;
import io.kubejar.kubelet.pod.PodAction.StartContainer;
import io.kubejar.kubelet.pod.PodAction.StopContainer;
import io.kubejar.kubelet.pod.PodAction.StopSandbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What brings a pod nearer to what it should be. Pure: the same pod, seen in the same state, gives
/// the same plan.
///
/// @param actions in the order in which they are carried out
/// @param checkAgain when a container that waits may start
public record PodPlan(List<PodAction> actions, Optional<Duration> checkAgain) {
  /// Of each container the last dead one is kept: people ask for the log of the previous one.
  private static final int DEAD_KEPT = 1;

  public PodPlan {
    actions = List.copyOf(actions);
  }

  public static PodPlan of(Pod pod, SeenPod seen, PodKnowledge knowledge) {
    return new Planning(pod, seen, knowledge).plan();
  }

  /// The key under which a container's crashes are counted: a changed image starts anew.
  public static String backOffKey(Pod pod, Container container) {
    return pod.metadata().uid() + "/" + container.name() + "/" + PodFacts.hash(container);
  }

  /// Whether a container that has ended is started again.
  static boolean restarts(Pod pod, Container container, SeenContainer ended) {
    if (PodFacts.isSidecar(container)) {
      return true;
    }
    if (EphemeralContainers.has(pod, container.name())) {
      return false;
    }
    return switch (pod.spec().restartPolicy()) {
      case "Never" -> false;
      case "OnFailure" -> !ended.succeeded();
      default -> !(PodFacts.isInit(pod, container.name()) && ended.succeeded());
    };
  }

  /// Whether all init containers have done what the others wait for.
  public static boolean initialized(Pod pod, SeenPod seen, PodKnowledge knowledge) {
    return firstUnfinishedInit(pod, seen, knowledge) == null;
  }

  static @Nullable Container firstUnfinishedInit(Pod pod, SeenPod seen, PodKnowledge knowledge) {
    var sandbox = seen.sandbox().map(SeenSandbox::id).orElse("");
    for (var init : pod.spec().initContainers()) {
      var found = seen.container(init.name()).filter(one -> one.sandboxId().equals(sandbox));
      boolean done =
          PodFacts.isSidecar(init)
              ? found.filter(one -> knowledge.started().contains(one.id())).isPresent()
                  || mainBegan(pod, seen, sandbox)
              : found.filter(SeenContainer::succeeded).isPresent()
                  // Long after, the init container's remains may have been removed.
                  || mainBegan(pod, seen, sandbox);
      if (!done) {
        return init;
      }
    }
    return null;
  }

  private static boolean mainBegan(Pod pod, SeenPod seen, String sandbox) {
    return pod.spec().containers().stream()
        .flatMap(main -> seen.container(main.name()).stream())
        .anyMatch(main -> main.sandboxId().equals(sandbox));
  }

  private static final class Planning {
    private final Pod pod;
    private final SeenPod seen;
    private final PodKnowledge knowledge;
    private final List<PodAction> actions = new ArrayList<>();
    private @Nullable Duration checkAgain;

    Planning(Pod pod, SeenPod seen, PodKnowledge knowledge) {
      this.pod = pod;
      this.seen = seen;
      this.knowledge = knowledge;
    }

    PodPlan plan() {
      if (knowledge.ending() || PodFacts.isTerminal(pod.status().phase())) {
        end();
      } else if (seen.sandbox().isEmpty() || !seen.sandbox().get().ready()) {
        replaceSandbox();
      } else if (finished()) {
        end();
      } else {
        run();
      }
      prune();
      return new PodPlan(actions, Optional.ofNullable(checkAgain));
    }

    /// Sidecars serve the others to their end: they stop when the others have.
    private void end() {
      var sidecars = pod.spec().initContainers().stream().filter(PodFacts::isSidecar).toList();
      var running = seen.running();
      var ordinary =
          running.stream()
              .filter(one -> sidecars.stream().noneMatch(side -> side.name().equals(one.name())))
              .toList();
      if (!ordinary.isEmpty()) {
        ordinary.forEach(this::stopForEnd);
        return;
      }
      for (var sidecar : sidecars.reversed()) {
        var found = running.stream().filter(one -> one.name().equals(sidecar.name())).findFirst();
        if (found.isPresent()) {
          stopForEnd(found.get());
          return;
        }
      }
      seen.sandboxes().stream()
          .filter(SeenSandbox::ready)
          .map(StopSandbox::new)
          .forEach(actions::add);
    }

    private void stopForEnd(SeenContainer container) {
      actions.add(
          new StopContainer(
              container,
              Cause.POD_ENDS,
              "Stopping container " + container.name(),
              Optional.empty()));
    }

    private void replaceSandbox() {
      if (seen.sandbox().isPresent() && finished()) {
        return;
      }
      var running = seen.running();
      if (!running.isEmpty()) {
        for (var container : running) {
          actions.add(
              new StopContainer(
                  container,
                  Cause.SANDBOX_LOST,
                  "Stopping container " + container.name(),
                  Optional.empty()));
        }
        return;
      }
      int attempt = seen.sandbox().map(sandbox -> sandbox.attempt() + 1).orElse(0);
      actions.add(new CreateSandbox(attempt));
    }

    /// Whether every container has ended for good.
    private boolean finished() {
      var sandbox = seen.sandbox().map(SeenSandbox::id).orElse("");
      for (var init : pod.spec().initContainers()) {
        var last = seen.container(init.name());
        if (!PodFacts.isSidecar(init)
            && last.isPresent()
            && last.get().ended()
            && !last.get().succeeded()
            && !restarts(pod, init, last.get())
            && !mainBegan(pod, seen, sandbox)) {
          return true;
        }
      }
      return pod.spec().containers().stream()
          .allMatch(
              main ->
                  seen.container(main.name())
                      .filter(last -> last.ended() && !restarts(pod, main, last))
                      .isPresent());
    }

    private void run() {
      EphemeralContainers.of(pod).stream()
          .filter(container -> seen.container(container.name()).isEmpty())
          .forEach(container -> actions.add(new StartContainer(container, false, 0)));
      var unfinished = firstUnfinishedInit(pod, seen, knowledge);
      for (var init : pod.spec().initContainers()) {
        boolean waitedFor = unfinished != null && init.name().equals(unfinished.name());
        if (PodFacts.isSidecar(init) || waitedFor) {
          keep(init, true);
        }
        if (waitedFor) {
          return; // The others wait for it.
        }
      }
      for (var main : pod.spec().containers()) {
        keep(main, false);
      }
    }

    private void keep(Container container, boolean init) {
      var sandbox = seen.sandbox().orElseThrow().id();
      var last = seen.container(container.name());
      if (last.isEmpty() || !last.get().sandboxId().equals(sandbox)) {
        start(container, init, last);
        return;
      }
      var found = last.get();
      if (found.ended()) {
        if (restarts(pod, container, found)) {
          start(container, init, last);
        }
      } else if (found.state() == SeenContainer.State.CREATED) {
        // It was made and never started, by a process that died in between: make a new one.
        actions.add(new RemoveContainer(found));
        start(container, init, last);
      } else {
        examine(container, found);
      }
    }

    private void examine(Container container, SeenContainer found) {
      var failed = knowledge.failed().get(found.id());
      if (failed != null) {
        var probe =
            failed == Cause.STARTUP_FAILED ? container.startupProbe() : container.livenessProbe();
        var grace = probe == null ? null : probe.terminationGracePeriodSeconds();
        String which =
            failed == Cause.STARTUP_FAILED ? " failed startup probe" : " failed liveness probe";
        actions.add(
            new StopContainer(
                found,
                failed,
                "Container " + container.name() + which + ", will be restarted",
                Optional.ofNullable(grace).map(Duration::ofSeconds)));
      } else if (!found.hash().isEmpty() && !found.hash().equals(PodFacts.hash(container))) {
        actions.add(
            new StopContainer(
                found,
                Cause.SPEC_CHANGED,
                "Container " + container.name() + " definition changed, will be restarted",
                Optional.empty()));
      } else {
        resize(container, found);
      }
    }

    /// Some programs must be restarted to make use of more, or to do with less.
    private void resize(Container container, SeenContainer found) {
      var given = GivenResources.of(pod, container, found, knowledge);
      var changed = GivenResources.changed(given, container.resources());
      if (changed.isEmpty()) {
        return;
      }
      boolean restarts =
          container.resizePolicy().stream()
              .filter(policy -> changed.contains(policy.resourceName()))
              .anyMatch(policy -> policy.restartPolicy().equals("RestartContainer"));
      actions.add(
          restarts
              ? new StopContainer(
                  found,
                  Cause.RESIZED,
                  "Container " + container.name() + " resize requires restart",
                  Optional.empty())
              : new ResizeContainer(found, container));
    }

    private void start(Container container, boolean init, Optional<SeenContainer> last) {
      int attempt = last.map(found -> found.attempt() + 1).orElse(0);
      var finishedAt = last.map(SeenContainer::finishedAt).orElse(null);
      if (finishedAt != null) {
        var left =
            knowledge.backOffs().left(backOffKey(pod, container), finishedAt, knowledge.now());
        if (!left.isZero()) {
          checkAgain = checkAgain == null || left.compareTo(checkAgain) < 0 ? left : checkAgain;
          return;
        }
      }
      actions.add(new StartContainer(container, init, attempt));
    }

    private void prune() {
      if (knowledge.ending()) {
        return;
      }
      PodFacts.allContainers(pod)
          .forEach(
              container ->
                  seen.containers().stream()
                      .filter(one -> one.name().equals(container.name()))
                      .skip(1)
                      .filter(SeenContainer::ended)
                      .skip(DEAD_KEPT)
                      .forEach(old -> actions.add(new RemoveContainer(old))));
    }
  }
}
