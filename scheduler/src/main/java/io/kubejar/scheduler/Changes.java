package io.kubejar.scheduler;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.Informer;
import io.kubejar.client.InformerHandler;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/// What changed in the informers since the scheduler looked. Each object is here once, however
/// often it changed, so this is bounded by the size of the cluster. Safe for use by many threads.
final class Changes {
  private final LinkedHashSet<Change> waiting = new LinkedHashSet<>();
  private Runnable onChange = () -> {};

  enum Kind {
    POD,
    NODE,
    NAMESPACE
  }

  record Change(Kind kind, ObjectKey key) {}

  <T extends KubernetesObject> void follow(Informer<T> informer, Kind kind) {
    informer.addHandler(InformerHandler.keys(key -> add(new Change(kind, key))));
  }

  void onChange(Runnable action) {
    synchronized (waiting) {
      onChange = action;
    }
  }

  private void add(Change change) {
    Runnable action;
    synchronized (waiting) {
      waiting.add(change);
      action = onChange;
    }
    action.run();
  }

  @Nullable Change poll() {
    synchronized (waiting) {
      return waiting.isEmpty() ? null : waiting.removeFirst();
    }
  }
}
