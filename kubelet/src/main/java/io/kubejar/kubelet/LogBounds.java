package io.kubejar.kubelet;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.cri.CriException;
import io.kubejar.kubelet.log.LogRotation;
import io.kubejar.kubelet.pod.SeenContainer;
import io.kubejar.kubelet.probe.Waiting;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at the logs of all running containers now and then, as nobody tells how large they are: a
/// watch would wake with every line that is written.
final class LogBounds implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LogBounds.class);

  /// Upstream's `containerLogMonitorInterval`.
  private static final Duration LOOK = Duration.ofSeconds(10);

  private final PodWorkers workers;
  private final LogRotation rotation;
  private final Clock clock;
  private final Thread thread = Thread.ofVirtual().name("log-bounds").unstarted(this::run);

  LogBounds(PodWorkers workers, LogRotation rotation, Clock clock) {
    this.workers = workers;
    this.rotation = rotation;
    this.clock = clock;
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        Waiting.on(clock, LOOK);
        for (var worker : workers.all()) {
          for (var container : worker.seen().running()) {
            rotate(container);
          }
        }
      }
    } catch (InterruptedException _) {
      log.debug("logs are left alone");
    }
  }

  private void rotate(SeenContainer container) throws InterruptedException {
    if (!container.running() || container.logPath().isEmpty()) {
      return;
    }
    try {
      rotation.rotate(container.id(), Path.of(container.logPath()));
    } catch (IOException | CriException e) {
      log.warn("log is not rotated path={}: {}", container.logPath(), e.toString());
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
