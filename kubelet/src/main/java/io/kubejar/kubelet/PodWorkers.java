package io.kubejar.kubelet;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.meta.v1.Preconditions;
import io.kubejar.client.InformerHandler;
import io.kubejar.client.Patch;
import io.kubejar.kubelet.pod.PodFacts;
import io.kubejar.kubelet.runtime.PodRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The workers of all pods of the node, by uid, and what they tell the API server.
final class PodWorkers implements InformerHandler<Pod>, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PodWorkers.class);

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /// What upstream gives to pods that it finds in the runtime only.
  private static final Duration FORGOTTEN_GRACE = Duration.ofSeconds(1);

  private final NodeParts parts;
  private final ApiObjects objects;
  private final ObjectWatches watches;
  private final Map<String, PodWorker> workers = new ConcurrentHashMap<>();
  private volatile boolean closed;

  PodWorkers(NodeParts parts, ApiObjects objects) {
    this.parts = parts;
    this.objects = objects;
    this.watches =
        new ObjectWatches(
            parts.client(),
            parts.clock(),
            uid -> Optional.ofNullable(workers.get(uid)).ifPresent(PodWorker::objectsChanged));
  }

  ObjectWatches watches() {
    return watches;
  }

  @Override
  public void onAdd(Pod pod) {
    onChange(pod);
  }

  @Override
  public void onUpdate(Pod before, Pod now) {
    if (!before.metadata().uid().equals(now.metadata().uid())) {
      onDelete(before); // Deleted and made again while the watch was away.
    }
    onChange(now);
  }

  private void onChange(Pod pod) {
    if (closed) {
      return;
    }
    workers.compute(
        pod.metadata().uid(),
        (_, worker) -> {
          if (worker != null) {
            worker.update(pod);
            return worker;
          }
          var fresh = new PodWorker(parts, this, pod);
          if (!PodFacts.isTerminal(pod.status().phase())) {
            parts.runtime().begin(pod);
          }
          fresh.start();
          return fresh;
        });
  }

  @Override
  public void onDelete(Pod pod) {
    var worker = workers.get(pod.metadata().uid());
    if (worker != null) {
      worker.update(pod);
      worker.removedFromApi();
    }
  }

  /// After the first list: ends pods that the runtime has and the API server does not, and removes
  /// what ended pods left.
  void removeOrphans() throws InterruptedException, IOException {
    var known = new HashSet<>(workers.keySet());
    for (PodRuntime.Identity found : parts.runtime().all()) {
      if (known.add(found.uid())) {
        log.info(
            "pod uid={} name={}/{} is not wanted any more",
            found.uid(),
            found.namespace(),
            found.name());
        var pod = forgotten(found);
        onChange(pod);
        onDelete(pod);
      }
    }
    var directory = parts.options().places().root().resolve("pods");
    if (!Files.isDirectory(directory)) {
      return;
    }
    List<Path> left;
    try (Stream<Path> all = Files.list(directory)) {
      left = all.filter(path -> !known.contains(path.getFileName().toString())).toList();
    }
    for (var path : left) {
      log.info("orphaned volumes directory={}", path);
      parts.volumes().remove(path.getFileName().toString());
    }
  }

  /// Stands for a pod that nobody wants any more: how long it was to be given for its end is not
  /// known, and it was due long ago.
  static Pod forgotten(PodRuntime.Identity found) {
    var metadata =
        ObjectMeta.builder()
            .uid(found.uid())
            .namespace(found.namespace())
            .name(found.name())
            .build();
    var spec =
        PodSpec.EMPTY
            .withRestartPolicy("Always")
            .withTerminationGracePeriodSeconds(FORGOTTEN_GRACE.toSeconds());
    return Pod.EMPTY.withMetadata(metadata).withSpec(spec);
  }

  void wakeAll() {
    workers.values().forEach(PodWorker::wake);
  }

  void containerExited(String id) {
    for (var worker : workers.values()) {
      if (worker.knows(id)) {
        worker.containerExited(id);
        return;
      }
    }
    // It ended before its worker saw it for the first time.
    workers.values().forEach(worker -> worker.containerExited(id));
  }

  Collection<PodWorker> all() {
    return List.copyOf(workers.values());
  }

  Optional<PodWorker> find(String namespace, String name) {
    return workers.values().stream()
        .filter(
            worker ->
                worker.pod().metadata().name().equals(name)
                    && worker.pod().metadata().namespace().equals(namespace))
        .findFirst();
  }

  /// Writes a change of status; empty when the pod is not there any more.
  Optional<Pod> write(Pod pod, String patch) throws InterruptedException {
    try {
      return Optional.of(
          parts
              .client()
              .patch(
                  Pod.RESOURCE, ObjectKey.of(pod), Patch.strategic(patch).ofSubresource("status")));
    } catch (ApiException e) {
      boolean other =
          e.isConflict() && String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("uid");
      if (e.isNotFound() || other) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// Everything of the pod is gone from this node: let go of it.
  void finished(Pod pod, boolean removed) throws InterruptedException, IOException {
    String uid = pod.metadata().uid();
    watches.remove(uid);
    objects.forget(uid);
    parts.runtime().end(pod);
    if (!removed) {
      var options =
          DeleteOptions.builder()
              .gracePeriodSeconds(0L)
              .preconditions(Preconditions.EMPTY.withUid(uid))
              .build();
      try {
        parts.client().delete(Pod.RESOURCE, ObjectKey.of(pod), options);
      } catch (ApiException e) {
        if (!e.isNotFound() && !e.isConflict()) {
          throw e;
        }
      }
    }
    deleteLogs(pod);
    workers.remove(uid);
    log.info("pod={} is gone", PodFacts.described(pod));
  }

  private void deleteLogs(Pod pod) throws IOException {
    var metadata = pod.metadata();
    var directory =
        parts.options().podLogDirectory(metadata.namespace(), metadata.name(), metadata.uid());
    if (Files.isDirectory(directory)) {
      try (Stream<Path> all = Files.walk(directory)) {
        for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }

  /// Ends the workers; containers go on.
  @Override
  public void close() {
    closed = true;
    watches.close();
    workers.values().forEach(PodWorker::stop);
    try {
      for (var worker : workers.values()) {
        worker.join(PATIENCE);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
