package io.kubejar.kubelet.probe;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.ContainerStatus;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Probe;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.client.EventRecorder;
import io.kubejar.cri.CriClient;
import io.kubejar.kubelet.pod.PodAction.Cause;
import io.kubejar.kubelet.pod.PodFacts;
import io.kubejar.kubelet.pod.SeenContainer;
import io.kubejar.kubelet.pod.SeenPod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// The probes of one pod: one virtual thread for each probe of each running container.
public final class Probes implements AutoCloseable {
  /// The three things to ask.
  enum Kind {
    STARTUP("Startup"),
    LIVENESS("Liveness"),
    READINESS("Readiness");

    final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  private final CriClient cri;
  private final EventRecorder events;
  private final Clock clock;
  private final Runnable changed;
  private final Set<String> started = ConcurrentHashMap.newKeySet();
  private final Set<String> ready = ConcurrentHashMap.newKeySet();
  private final Map<String, Cause> failed = new ConcurrentHashMap<>();
  private final Map<String, List<Thread>> threads = new HashMap<>();

  /// @param changed runs on a probe's thread whenever an answer turned
  public Probes(CriClient cri, EventRecorder events, Clock clock, Runnable changed) {
    this.cri = cri;
    this.events = events;
    this.clock = clock;
    this.changed = changed;
  }

  public Set<String> started() {
    return Set.copyOf(started);
  }

  public Set<String> ready() {
    return Set.copyOf(ready);
  }

  public Map<String, Cause> failed() {
    return Map.copyOf(failed);
  }

  /// Begins with containers that run since, and ends with those that do not run any more.
  public void follow(Pod pod, SeenPod seen, boolean ending) {
    var running = new HashSet<String>();
    for (var found : seen.containers()) {
      if (found.running()) {
        running.add(found.id());
        if (!threads.containsKey(found.id()) && !ending) {
          PodFacts.container(pod, found.name())
              .ifPresent(container -> begin(pod, container, found, seen));
        }
      }
    }
    threads
        .entrySet()
        .removeIf(
            entry -> {
              boolean gone = !running.contains(entry.getKey());
              if (gone) {
                entry.getValue().forEach(Thread::interrupt);
              }
              return gone;
            });
    started.retainAll(running);
    ready.retainAll(running);
    failed.keySet().retainAll(running);
  }

  private void begin(Pod pod, Container container, SeenContainer found, SeenPod seen) {
    boolean knownStarted =
        known(pod, found).filter(one -> Boolean.TRUE.equals(one.started())).findAny().isPresent();
    boolean knownReady = known(pod, found).filter(ContainerStatus::ready).findAny().isPresent();
    var begun = new ArrayList<Thread>();
    threads.put(found.id(), begun);
    boolean startsLater = container.startupProbe() != null && !knownStarted;
    if (!startsLater) {
      started.add(found.id());
    }
    // After our own restart a container is what it was, until its next probe says otherwise.
    if (container.readinessProbe() == null || knownReady) {
      ready.add(found.id());
    }
    String ip = ip(pod, seen);
    var target = new ProbeTarget(pod, container, found, ip);
    begun.add(
        Thread.ofVirtual()
            .name("probe-" + pod.metadata().name() + "-" + container.name())
            .start(() -> probeAll(target, startsLater)));
  }

  private static Stream<ContainerStatus> known(Pod pod, SeenContainer found) {
    return Stream.concat(
            pod.status().initContainerStatuses().stream(),
            pod.status().containerStatuses().stream())
        .filter(status -> status.containerID().endsWith("//" + found.id()));
  }

  private static String ip(Pod pod, SeenPod seen) {
    var ips = seen.sandbox().map(sandbox -> sandbox.ips()).orElse(List.of());
    return ips.isEmpty() ? pod.status().hostIP() : ips.getFirst();
  }

  private void probeAll(ProbeTarget target, boolean startsLater) {
    try {
      var container = target.container();
      if (startsLater && container.startupProbe() != null) {
        loop(target, Kind.STARTUP, container.startupProbe());
        if (!started.contains(target.found().id())) {
          return;
        }
      }
      Thread liveness = null;
      var live = container.livenessProbe();
      if (live != null && container.readinessProbe() != null) {
        liveness = Thread.ofVirtual().start(() -> quietLoop(target, live));
      } else if (live != null) {
        loop(target, Kind.LIVENESS, live);
      }
      try {
        if (container.readinessProbe() != null) {
          loop(target, Kind.READINESS, container.readinessProbe());
        }
      } finally {
        if (liveness != null) {
          liveness.interrupt();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // The container is gone.
    }
  }

  private void quietLoop(ProbeTarget target, Probe probe) {
    try {
      loop(target, Kind.LIVENESS, probe);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // The container is gone.
    }
  }

  private void loop(ProbeTarget target, Kind kind, Probe probe) throws InterruptedException {
    String id = target.found().id();
    var begin = target.found().startedAt();
    if (begin != null) {
      var end = begin.plusSeconds(probe.initialDelaySeconds());
      Waiting.on(clock, java.time.Duration.between(clock.instant(), end));
    }
    int passedRun = 0;
    int failedRun = 0;
    while (!failed.containsKey(id)) {
      var result = new ProbeRun(cri, target, probe).run();
      if (result.passed()) {
        passedRun++;
        failedRun = 0;
        if (passedRun >= Math.max(1, probe.successThreshold()) && passes(id, kind)) {
          return;
        }
      } else {
        passedRun = 0;
        failedRun++;
        tell(target, kind, result);
        if (failedRun >= Math.max(1, probe.failureThreshold()) && fails(id, kind)) {
          return;
        }
      }
      Waiting.on(clock, java.time.Duration.ofSeconds(Math.max(1, probe.periodSeconds())));
    }
  }

  private void tell(ProbeTarget target, Kind kind, ProbeResult result) {
    events.event(
        target.pod(),
        PodFacts.fieldPath(target.pod(), target.container().name()),
        EventRecorder.WARNING,
        "Unhealthy",
        kind.word + " probe failed: " + result.output());
  }

  /// Whether the loop has done its work.
  private boolean passes(String id, Kind kind) {
    boolean turned =
        switch (kind) {
          case STARTUP -> started.add(id);
          case READINESS -> ready.add(id);
          case LIVENESS -> false;
        };
    if (turned) {
      changed.run();
    }
    return kind == Kind.STARTUP;
  }

  private boolean fails(String id, Kind kind) {
    boolean turned =
        switch (kind) {
          case READINESS -> ready.remove(id);
          case STARTUP -> failed.putIfAbsent(id, Cause.STARTUP_FAILED) == null;
          case LIVENESS -> failed.putIfAbsent(id, Cause.LIVENESS_FAILED) == null;
        };
    if (turned) {
      changed.run();
    }
    return kind != Kind.READINESS;
  }

  @Override
  public void close() {
    threads.values().forEach(all -> all.forEach(Thread::interrupt));
    threads.clear();
  }
}
