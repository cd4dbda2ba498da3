package io.kubejar.client;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.meta.v1.Status;

/// One message of a [Watch].
public sealed interface WatchEvent<T extends KubernetesObject> {

  record Added<T extends KubernetesObject>(T object) implements WatchEvent<T> {}

  record Modified<T extends KubernetesObject>(T object) implements WatchEvent<T> {}

  /// The object as it was last, with the resourceVersion of its deletion.
  record Deleted<T extends KubernetesObject>(T object) implements WatchEvent<T> {}

  /// Everything up to this revision has been sent; resume from here.
  record Bookmark<T extends KubernetesObject>(String resourceVersion, boolean initialEventsEnd)
      implements WatchEvent<T> {}

  /// The server ended the watch with a reason, such as 410 for a revision no longer kept.
  record Failed<T extends KubernetesObject>(Status status) implements WatchEvent<T> {}

  /// The stream ended without a reason: a time-out of the watch, a lost connection, or our own
  /// close.
  record Closed<T extends KubernetesObject>() implements WatchEvent<T> {}
}
