package io.kubejar.apimachinery;

import io.kubejar.apimachinery.meta.v1.ListMeta;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a list request answers, of any kind.
///
/// @param resourceVersion the revision of the store that the list shows
/// @param continueToken asks for the next page; empty at the end
/// @param remainingItemCount how many items the pages after this one hold, if known
public record ObjectList<T extends KubernetesObject>(
    String resourceVersion,
    String continueToken,
    @Nullable Long remainingItemCount,
    List<T> items) {

  public ObjectList {
    items = List.copyOf(items);
  }

  public static <T extends KubernetesObject> ObjectList<T> of(
      String resourceVersion, List<T> items) {
    return new ObjectList<>(resourceVersion, "", null, items);
  }

  /// Reads and writes lists of this resource, as `PodList` for pods.
  public static <T extends KubernetesObject> Codec<ObjectList<T>> codec(ResourceType<T> type) {
    return new ObjectListCodec<>(type);
  }

  ListMeta listMeta() {
    return ListMeta.builder()
        .resourceVersion(resourceVersion)
        .continue_(continueToken)
        .remainingItemCount(remainingItemCount)
        .build();
  }
}
