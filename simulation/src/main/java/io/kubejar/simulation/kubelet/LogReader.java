package io.kubejar.simulation.kubelet;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.time.Clock.Timer;
import io.kubejar.kubelet.log.LogLine;
import io.kubejar.kubelet.log.LogOptions;
import io.kubejar.kubelet.log.LogOutput;
import io.kubejar.simulation.nodes.NodeFleet;
import io.kubejar.simulation.nodes.PodScript.Line;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/// Writes the log of one run to somebody, on request for as long as the run lasts in the cluster's
/// time.
record LogReader(NodeFleet fleet, Pod pod, Run run, LogOptions options) {

  void copyTo(OutputStream out) throws IOException, InterruptedException {
    var cursor = new LogCursor();
    var output = new LogOutput(options, out);
    var first = cursor.next(lines(pod), run, fleet.clock().instant());
    write(tail(first), output);
    output.flush();
    if (options.follow()) {
      follow(cursor, output);
    }
  }

  private List<LogLine> tail(List<LogLine> all) {
    long wanted = options.lines();
    return wanted < 0 || wanted >= all.size()
        ? all
        : all.subList(all.size() - (int) wanted, all.size());
  }

  /// The place behind all that is printed until now.
  LogCursor end() {
    var cursor = new LogCursor();
    cursor.next(lines(pod), run, now());
    return cursor;
  }

  /// Writes what comes behind that place, until the run ends.
  void follow(LogCursor cursor, LogOutput output) throws IOException, InterruptedException {
    var key = ObjectKey.of(pod);
    var changed = new Semaphore(0);
    try (var _ = fleet.onChange(key, changed::release)) {
      while (!output.isFull()) {
        var seen = fleet.pod(key).filter(it -> isSame(it));
        var current = seen.flatMap(run::in);
        if (current.isPresent()) {
          write(cursor.next(lines(seen.orElse(pod)), current.get(), now()), output);
          output.flush();
        }
        if (current.isEmpty() || current.get().ended() != null) {
          return;
        }
        await(cursor.nextAt(lines(seen.orElse(pod)), run), changed);
      }
    }
  }

  private void await(Optional<Instant> next, Semaphore changed) throws InterruptedException {
    var timer =
        next.map(at -> fleet.clock().schedule(Duration.between(now(), at), changed::release));
    try {
      changed.acquire();
      changed.drainPermits();
    } finally {
      timer.ifPresent(Timer::cancel);
    }
  }

  private Instant now() {
    return fleet.clock().instant();
  }

  private boolean isSame(Pod other) {
    return other.metadata().uid().equals(pod.metadata().uid());
  }

  /// Only the containers that do the pod's work print something.
  private List<Line> lines(Pod of) {
    boolean works =
        of.spec().containers().stream().anyMatch(it -> it.name().equals(run.container()));
    return works ? fleet.script(of).log() : List.of();
  }

  private static void write(List<LogLine> lines, LogOutput output) throws IOException {
    for (var line : lines) {
      if (!output.isFull()) {
        output.write(line);
      }
    }
  }
}
