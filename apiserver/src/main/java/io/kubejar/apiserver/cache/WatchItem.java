package io.kubejar.apiserver.cache;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.meta.v1.Status;

/// What a watch gives.
public sealed interface WatchItem<T extends KubernetesObject> {

  /// The type of a change as clients of the watch see it.
  enum Type {
    ADDED,
    MODIFIED,
    DELETED
  }

  record Change<T extends KubernetesObject>(Type type, Stored<T> object) implements WatchItem<T> {}

  /// Everything up to this revision has been delivered.
  record Bookmark<T extends KubernetesObject>(long revision, boolean initialEventsEnd)
      implements WatchItem<T> {}

  record Failed<T extends KubernetesObject>(Status status) implements WatchItem<T> {}

  /// Nothing more will come. The watcher may resume from the last revision it has seen.
  record Closed<T extends KubernetesObject>() implements WatchItem<T> {}
}
