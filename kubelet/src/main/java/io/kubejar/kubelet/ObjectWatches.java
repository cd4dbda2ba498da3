package io.kubejar.kubelet;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Secret;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.client.Client;
import io.kubejar.client.ListOptions;
import io.kubejar.client.WatchEvent;
import io.kubejar.client.WatchOptions;
import io.kubejar.kubelet.pod.PodFacts;
import io.kubejar.kubelet.probe.Waiting;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Watches each ConfigMap and Secret that a volume or an environment on this node is made of, one
/// by one, as a node may not list them, and tells which pods a change concerns.
final class ObjectWatches implements AutoCloseable {
  private static final Duration RETRY = Duration.ofSeconds(1);

  private record Reference(ResourceType<?> type, ObjectKey key) {}

  private static final class Watched {
    final Set<String> pods = new HashSet<>();
    Thread thread = Thread.currentThread();
  }

  private final Client client;
  private final Clock clock;
  private final Consumer<String> changed;
  private final Map<Reference, Watched> watched = new HashMap<>();

  /// @param changed takes the uid of a pod whose volumes or environment may have changed
  ObjectWatches(Client client, Clock clock, Consumer<String> changed) {
    this.client = client;
    this.clock = clock;
    this.changed = changed;
  }

  /// Watches from now on what this pod's volumes and containers refer to.
  synchronized void add(Pod pod) {
    for (var reference : references(pod)) {
      var entry = watched.get(reference);
      if (entry == null) {
        entry = new Watched();
        entry.thread =
            Thread.ofVirtual()
                .name("watch-" + reference.type().plural() + "-" + reference.key())
                .start(() -> follow(reference.type(), reference));
        watched.put(reference, entry);
      }
      entry.pods.add(pod.metadata().uid());
    }
  }

  synchronized void remove(String uid) {
    watched
        .values()
        .removeIf(
            entry -> {
              if (entry.pods.remove(uid) && entry.pods.isEmpty()) {
                entry.thread.interrupt();
                return true;
              }
              return false;
            });
  }

  private static Set<Reference> references(Pod pod) {
    var found = new HashSet<Reference>();
    String namespace = pod.metadata().namespace();
    for (var volume : pod.spec().volumes()) {
      if (volume.configMap() != null) {
        found.add(configMap(namespace, volume.configMap().name()));
      }
      if (volume.secret() != null) {
        found.add(secret(namespace, volume.secret().secretName()));
      }
      var projected = volume.projected();
      if (projected != null) {
        for (var part : projected.sources()) {
          if (part.configMap() != null) {
            found.add(configMap(namespace, part.configMap().name()));
          }
          if (part.secret() != null) {
            found.add(secret(namespace, part.secret().name()));
          }
        }
      }
    }
    PodFacts.allContainers(pod).forEach(container -> addEnvironment(namespace, container, found));
    return found;
  }

  private static void addEnvironment(String namespace, Container container, Set<Reference> found) {
    for (var source : container.envFrom()) {
      if (source.configMapRef() != null) {
        found.add(configMap(namespace, source.configMapRef().name()));
      }
      if (source.secretRef() != null) {
        found.add(secret(namespace, source.secretRef().name()));
      }
    }
    for (var variable : container.env()) {
      var from = variable.valueFrom();
      if (from != null && from.configMapKeyRef() != null) {
        found.add(configMap(namespace, from.configMapKeyRef().name()));
      }
      if (from != null && from.secretKeyRef() != null) {
        found.add(secret(namespace, from.secretKeyRef().name()));
      }
    }
  }

  private static Reference configMap(String namespace, String name) {
    return new Reference(ConfigMap.RESOURCE, new ObjectKey(namespace, name));
  }

  private static Reference secret(String namespace, String name) {
    return new Reference(Secret.RESOURCE, new ObjectKey(namespace, name));
  }

  private <T extends KubernetesObject> void follow(ResourceType<T> type, Reference reference) {
    var selection =
        ListOptions.inNamespace(reference.key().namespace())
            .withFieldSelector("metadata.name=" + reference.key().name());
    try {
      while (!Thread.interrupted()) {
        try {
          var list = client.list(type, selection);
          tell(reference);
          read(type, WatchOptions.after(selection, list.resourceVersion()), reference);
        } catch (ApiException _) {
          Waiting.on(clock, RETRY); // The server is away, or does not let us yet.
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // Nobody needs it any more.
    }
  }

  private <T extends KubernetesObject> void read(
      ResourceType<T> type, WatchOptions options, Reference reference) throws InterruptedException {
    try (var watch = client.watch(type, options)) {
      while (true) {
        switch (watch.take()) {
          case WatchEvent.Added<T> _, WatchEvent.Modified<T> _, WatchEvent.Deleted<T> _ ->
              tell(reference);
          case WatchEvent.Bookmark<T> _ -> {}
          case WatchEvent.Failed<T> _, WatchEvent.Closed<T> _ -> {
            return;
          }
        }
      }
    }
  }

  private void tell(Reference reference) {
    Set<String> pods;
    synchronized (this) {
      var entry = watched.get(reference);
      pods = entry == null ? Set.of() : Set.copyOf(entry.pods);
    }
    pods.forEach(changed);
  }

  @Override
  public synchronized void close() {
    watched.values().forEach(entry -> entry.thread.interrupt());
    watched.clear();
  }
}
