package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import java.util.Map;

/// The objects that bookmarks carry: empty but for their resourceVersion.
final class Bookmarks {
  private static final Map<String, String> INITIAL_EVENTS_END =
      Map.of("k8s.io/initial-events-end", "true");

  private Bookmarks() {}

  @SuppressWarnings("unchecked") // withMetadata gives the object's own type.
  static <T extends KubernetesObject> T object(
      ResourceType<T> type, long revision, boolean initialEventsEnd) {
    var metadata = ObjectMeta.EMPTY.withResourceVersion(Long.toString(revision));
    if (initialEventsEnd) {
      metadata = metadata.withAnnotations(INITIAL_EVENTS_END);
    }
    return (T) type.codec().fromTree(JsonObject.EMPTY).withMetadata(metadata);
  }
}
