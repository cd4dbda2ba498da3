package io.kubejar.kubelet;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.cri.ContainerdClient;
import io.kubejar.cri.ContainerdEvent;
import io.kubejar.cri.CriException;
import io.kubejar.kubelet.probe.Waiting;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hears from the runtime of containers that end, and wakes their pods. While it cannot hear, all
/// pods are looked at again and again.
final class RuntimeEvents implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RuntimeEvents.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration RELIST = Duration.ofSeconds(1);

  private final ContainerdClient containerd;
  private final PodWorkers workers;
  private final Clock clock;
  private final Runnable imagesChanged;
  private final Thread thread;

  RuntimeEvents(
      ContainerdClient containerd, PodWorkers workers, Clock clock, Runnable imagesChanged) {
    this.imagesChanged = imagesChanged;
    this.containerd = containerd;
    this.workers = workers;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("runtime-events").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      boolean heard = true;
      while (!Thread.interrupted()) {
        try {
          containerd.subscribe(workers::wakeAll, this::heard);
          heard = true;
        } catch (CriException e) {
          if (heard) {
            log.warn("runtime events are away, pods are listed instead: {}", e.getMessage());
          }
          heard = false;
        }
        workers.wakeAll();
        Waiting.on(clock, RELIST);
      }
    } catch (InterruptedException _) {
      log.debug("runtime events end");
    }
  }

  private void heard(ContainerdEvent event) {
    switch (event) {
      case ContainerdEvent.TaskExited(var container, var process, _, _) -> {
        if (process.equals(container)) {
          workers.containerExited(container);
        }
      }
      case ContainerdEvent.TaskStarted _, ContainerdEvent.TaskOutOfMemory _ -> {}
      case ContainerdEvent.Other(var topic) -> {
        if (topic.startsWith("/images/")) {
          imagesChanged.run();
        }
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
