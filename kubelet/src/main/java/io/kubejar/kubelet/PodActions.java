package io.kubejar.kubelet;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.client.EventRecorder;
import io.kubejar.cri.CriException;
import io.kubejar.kubelet.env.ContainerFailure;
import io.kubejar.kubelet.pod.GoDurations;
import io.kubejar.kubelet.pod.PodAction;
import io.kubejar.kubelet.pod.PodAction.CreateSandbox;
import io.kubejar.kubelet.pod.PodAction.RemoveContainer;
import io.kubejar.kubelet.pod.PodAction.ResizeContainer;
import io.kubejar.kubelet.pod.PodAction.StartContainer;
import io.kubejar.kubelet.pod.PodAction.StopContainer;
import io.kubejar.kubelet.pod.PodAction.StopSandbox;
import io.kubejar.kubelet.pod.PodFacts;
import io.kubejar.kubelet.pod.PodKnowledge;
import io.kubejar.kubelet.pod.PodKnowledge.Trouble;
import io.kubejar.kubelet.pod.PodPlan;
import io.kubejar.kubelet.pod.SeenContainer;
import io.kubejar.kubelet.pod.SeenPod;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out a pod's plan, and remembers what went wrong with which container.
final class PodActions {
  private static final Logger log = LoggerFactory.getLogger(PodActions.class);
  private static final Duration RETRY = Duration.ofSeconds(10);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final String SANDBOX = ""; // No container has this name.
  private static final String RESIZE = "resize/"; // Nor does one begin like this.

  private final NodeParts parts;
  private final Runnable wake;
  private final Map<String, Trouble> trouble = new HashMap<>();
  private final Map<String, ResourceRequirements> given = new HashMap<>();
  private final Map<String, Duration> stopping = new ConcurrentHashMap<>();
  private final Map<String, Instant> notBefore = new HashMap<>();
  private final AtomicInteger underWay = new AtomicInteger();

  PodActions(NodeParts parts, Runnable wake) {
    this.parts = parts;
    this.wake = wake;
  }

  Map<String, Trouble> trouble() {
    return Map.copyOf(trouble);
  }

  /// What running containers were resized to.
  Map<String, ResourceRequirements> given() {
    return Map.copyOf(given);
  }

  /// Whether no container is on its way out.
  boolean idle() {
    return underWay.get() == 0;
  }

  /// Answers whether anything was done that changed what the runtime has.
  boolean perform(Pod pod, SeenPod seen, PodPlan plan, Duration grace) throws InterruptedException {
    boolean acted = false;
    // The runtime shows a container as running for a moment after it was stopped: remember until it
    // does not.
    var running = seen.running().stream().map(SeenContainer::id).collect(Collectors.toSet());
    stopping.keySet().retainAll(running);
    given.keySet().retainAll(running);
    for (var action : plan.actions()) {
      if (!(action instanceof StopContainer) && !mustWait(action)) {
        log.info("pod={} action={}", PodFacts.described(pod), brief(action));
      }
      acted |=
          switch (action) {
            case CreateSandbox(var attempt) -> createSandbox(pod, attempt);
            case StopSandbox(var sandbox) -> {
              parts.runtime().stopSandbox(sandbox);
              yield true;
            }
            case StartContainer start -> start(pod, seen, start);
            case StopContainer stop -> {
              stop(pod, stop, stop.grace().orElse(grace));
              yield false; // Its end wakes us.
            }
            case ResizeContainer resize -> resize(pod, resize);
            case RemoveContainer(var container) -> {
              parts.runtime().removeContainer(container);
              yield true;
            }
          };
    }
    return acted;
  }

  private static String brief(PodAction action) {
    return switch (action) {
      case CreateSandbox(var attempt) -> "create-sandbox attempt=" + attempt;
      case StopSandbox(var sandbox) -> "stop-sandbox id=" + sandbox.id();
      case StartContainer start ->
          "start container=" + start.container().name() + " attempt=" + start.attempt();
      case StopContainer stop ->
          "stop container=" + stop.container().name() + " cause=" + stop.cause();
      case ResizeContainer resize -> "resize container=" + resize.wanted().name();
      case RemoveContainer(var container) -> "remove container=" + container.id();
    };
  }

  private boolean createSandbox(Pod pod, int attempt) throws InterruptedException {
    if (mustWait(SANDBOX)) {
      return false;
    }
    try {
      parts.runtime().createSandbox(pod, attempt);
      return true;
    } catch (ContainerFailure e) {
      log.warn("pod={} sandbox failed: {}", PodFacts.described(pod), e.message());
      waitBefore(SANDBOX, FIRST_RETRY);
      return false;
    }
  }

  private boolean start(Pod pod, SeenPod seen, StartContainer action) throws InterruptedException {
    Container container = action.container();
    if (mustWait(container.name())) {
      return false;
    }
    if (action.attempt() > 0) {
      parts.backOffs().next(PodPlan.backOffKey(pod, container), parts.clock().instant());
    }
    try {
      parts
          .runtime()
          .startContainer(pod, container, action.attempt(), seen.sandbox().orElseThrow());
      trouble.remove(container.name());
      return true;
    } catch (ContainerFailure e) {
      log.info(
          "pod={} container={} reason={} {}",
          PodFacts.described(pod),
          container.name(),
          e.reason(),
          e.message());
      var known = trouble.put(container.name(), new Trouble(e.reason(), e.message()));
      waitBefore(container.name(), retryDelay(pod, container, e.reason()));
      if (known == null || !known.reason().equals(e.reason())) {
        wake.run(); // The status is to tell it.
      }
      return false;
    }
  }

  private boolean resize(Pod pod, ResizeContainer action) throws InterruptedException {
    String what = RESIZE + action.wanted().name();
    if (mustWait(what)) {
      return false;
    }
    try {
      parts.runtime().resizeContainer(pod, action.wanted(), action.container());
      given.put(action.container().id(), action.wanted().resources());
      parts.events().normal(pod, "ResizeCompleted", "Pod resize completed");
      return true;
    } catch (CriException | IOException e) {
      log.warn("pod={} {} failed: {}", PodFacts.described(pod), brief(action), e.getMessage());
      parts.events().warning(pod, "ResizeError", "Pod resize error: " + e.getMessage());
      waitBefore(what, RETRY);
      return false;
    }
  }

  private boolean mustWait(PodAction action) {
    return switch (action) {
      case CreateSandbox _ -> mustWait(SANDBOX);
      case StartContainer start -> mustWait(start.container().name());
      case ResizeContainer resize -> mustWait(RESIZE + resize.wanted().name());
      default -> false;
    };
  }

  /// Every change of the pod makes its worker look again; what failed is not tried again each time.
  private boolean mustWait(String what) {
    var end = notBefore.get(what);
    return end != null && end.isAfter(parts.clock().instant());
  }

  /// What a container is configured from has changed: one that failed for it is tried again at
  /// once.
  void retryConfig() {
    trouble.forEach(
        (container, known) -> {
          if (known.reason().equals("CreateContainerConfigError")) {
            notBefore.remove(container);
          }
        });
  }

  private void waitBefore(String what, Duration delay) {
    notBefore.put(what, parts.clock().instant().plus(delay));
    parts.clock().schedule(delay, wake);
  }

  private Duration retryDelay(Pod pod, Container container, String reason) {
    return switch (reason) {
      case "ErrImagePull" -> FIRST_RETRY; // Soon, to say that it backs off.
      case "ImagePullBackOff" -> parts.runtime().imageWait(pod, container);
      default -> RETRY;
    };
  }

  /// On a thread of its own, so that the pod's worker goes on to see news, such as a shorter grace.
  private void stop(Pod pod, StopContainer action, Duration grace) {
    String id = action.container().id();
    var known = stopping.get(id);
    if (known != null && known.compareTo(grace) <= 0) {
      return;
    }
    boolean hook = known == null;
    stopping.put(id, grace);
    underWay.incrementAndGet();
    log.info("pod={} action={} grace={}", PodFacts.described(pod), brief(action), grace);
    Thread.ofVirtual()
        .name("stop-" + action.container().name())
        .start(
            () -> {
              try {
                parts
                    .runtime()
                    .stopContainer(pod, action.container(), grace, action.message(), hook);
              } catch (CriException e) {
                log.warn("container id={} does not stop: {}", id, e.getMessage());
                stopping.remove(id);
                parts.clock().schedule(Duration.ofSeconds(1), wake);
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              } finally {
                underWay.decrementAndGet();
                wake.run();
              }
            });
  }

  /// Says of containers that crashed and wait that they do, once for each crash.
  void noteBackOffs(Pod pod, SeenPod seen, PodKnowledge knowledge) {
    PodFacts.allContainers(pod)
        .forEach(
            container -> {
              var last = seen.container(container.name());
              var ended = last.map(found -> found.finishedAt()).orElse(null);
              var left =
                  ended == null || knowledge.ending()
                      ? Duration.ZERO
                      : parts
                          .backOffs()
                          .left(PodPlan.backOffKey(pod, container), ended, knowledge.now());
              var known = trouble.get(container.name());
              if (left.isZero()) {
                if (known != null && known.reason().equals("CrashLoopBackOff")) {
                  trouble.remove(container.name());
                }
                return;
              }
              var delay =
                  parts.backOffs().delay(PodPlan.backOffKey(pod, container), knowledge.now());
              String message =
                  "back-off "
                      + GoDurations.text(delay)
                      + " restarting failed container="
                      + container.name()
                      + " pod="
                      + PodFacts.described(pod);
              var now = new Trouble("CrashLoopBackOff", message);
              if (!now.equals(known)) {
                trouble.put(container.name(), now);
                parts
                    .events()
                    .event(
                        pod,
                        PodFacts.fieldPath(pod, container.name()),
                        EventRecorder.WARNING,
                        "BackOff",
                        "Back-off restarting failed container "
                            + container.name()
                            + " in pod "
                            + PodFacts.described(pod));
              }
            });
  }
}
