package io.kubejar.kubelet;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.http.Exchange;
import io.kubejar.http.Headers;
import io.kubejar.http.PeerGoneException;
import io.kubejar.kubelet.log.LogCopy;
import io.kubejar.kubelet.pod.PodFacts;
import io.kubejar.kubelet.pod.SeenContainer;
import io.kubejar.kubelet.server.NotServed;
import io.kubejar.kubelet.server.Query;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// `/containerLogs/{namespace}/{pod}/{container}`.
final class NodeLogs {
  private final PodWorkers workers;
  private final Clock clock;

  NodeLogs(PodWorkers workers, Clock clock) {
    this.workers = workers;
    this.clock = clock;
  }

  void serve(Exchange exchange, List<String> path, Query query)
      throws NotServed, IOException, InterruptedException {
    if (path.size() != 4) {
      throw NotServed.unknownPath();
    }
    var worker = find(workers, path.get(1), path.get(2));
    String name = path.get(3);
    var options = query.log(clock.instant());
    var found = container(worker, name, query.is("previous"));
    var file = Path.of(found.logPath());
    if (!Files.exists(file)) {
      throw new NotServed(500, "failed to open log file \"" + file + "\"");
    }
    var reader = Thread.currentThread();
    exchange.onCancel(reader::interrupt);
    try (var out = exchange.stream(200, Headers.of("Content-Type", "text/plain; charset=utf-8"))) {
      out.flush();
      new LogCopy(options, out).copy(file, () -> runs(worker, found.id()));
    } catch (PeerGoneException _) {
      return; // Whoever followed the log has seen enough.
    }
  }

  static PodWorker find(PodWorkers workers, String namespace, String pod) throws NotServed {
    return workers
        .find(namespace, pod)
        .orElseThrow(() -> new NotServed(404, "pod \"" + pod + "\" not found"));
  }

  private static boolean runs(PodWorker worker, String id) {
    return worker.seen().containers().stream()
        .anyMatch(container -> container.id().equals(id) && container.running());
  }

  private static SeenContainer container(PodWorker worker, String name, boolean previous)
      throws NotServed {
    var pod = worker.pod();
    if (PodFacts.container(pod, name).isEmpty()) {
      throw new NotServed(
          400, "container " + name + " is not valid for pod " + pod.metadata().name());
    }
    var seen = worker.seen();
    if (previous) {
      var last = seen.container(name);
      // While a crashed container waits for its restart, it is itself the previous one.
      var wanted =
          last.filter(one -> one.ended() && worker.waits(name)).or(() -> seen.previous(name));
      return wanted.orElseThrow(
          () ->
              new NotServed(
                  400,
                  "previous terminated container \""
                      + name
                      + "\" in pod \""
                      + pod.metadata().name()
                      + "\" not found"));
    }
    return seen.container(name)
        .orElseThrow(
            () ->
                new NotServed(
                    400,
                    "container \""
                        + name
                        + "\" in pod \""
                        + pod.metadata().name()
                        + "\" is waiting to start: "
                        + worker.waitingReason(name)));
  }
}
