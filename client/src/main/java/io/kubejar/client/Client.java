package io.kubejar.client;

import io.kubejar.api.autoscaling.v1.Scale;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ObjectList;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import java.util.Optional;

/// The API server as its clients see it: typed, blocking, the same over HTTP and in process.
///
/// A refused request is an [ApiException] with the server's Status. A server that cannot be reached
/// is one too, with the reason `ServiceUnavailable`: callers retry both in the same way. Safe for
/// use by many threads.
public interface Client {

  <T extends KubernetesObject> T get(ResourceType<T> type, ObjectKey key)
      throws InterruptedException;

  /// Like [#get], but empty if there is no such object.
  default <T extends KubernetesObject> Optional<T> find(ResourceType<T> type, ObjectKey key)
      throws InterruptedException {
    try {
      return Optional.of(get(type, key));
    } catch (ApiException refused) {
      if (refused.isNotFound()) {
        return Optional.empty();
      }
      throw refused;
    }
  }

  <T extends KubernetesObject> ObjectList<T> list(ResourceType<T> type, ListOptions options)
      throws InterruptedException;

  /// Opens a watch. The caller closes it.
  <T extends KubernetesObject> Watch<T> watch(ResourceType<T> type, WatchOptions options)
      throws InterruptedException;

  /// Creates the object in the namespace that its metadata names.
  <T extends KubernetesObject> T create(ResourceType<T> type, T object) throws InterruptedException;

  /// Replaces the object. A conflict if its resourceVersion is not the current one.
  <T extends KubernetesObject> T update(ResourceType<T> type, T object) throws InterruptedException;

  /// Replaces the status of the object and leaves everything else as it is.
  default <T extends KubernetesObject> T updateStatus(ResourceType<T> type, T object)
      throws InterruptedException {
    return updateSubresource(type, object, "status");
  }

  /// Replaces what a subresource of the same kind covers, such as `status` or a Namespace's
  /// `finalize`.
  <T extends KubernetesObject> T updateSubresource(
      ResourceType<T> type, T object, String subresource) throws InterruptedException;

  <T extends KubernetesObject> T patch(ResourceType<T> type, ObjectKey key, Patch patch)
      throws InterruptedException;

  /// Deletes the object. Returns it as it is while it lingers (finalizers, a grace period), empty
  /// if it is gone.
  <T extends KubernetesObject> Optional<T> delete(
      ResourceType<T> type, ObjectKey key, DeleteOptions options) throws InterruptedException;

  /// Deletes every object that the options select.
  <T extends KubernetesObject> void deleteCollection(
      ResourceType<T> type, ListOptions selection, DeleteOptions options)
      throws InterruptedException;

  /// How many replicas an object of any kind with the subresource `scale` wants. Not found if there
  /// is no such object, or if its kind has no scale.
  Scale scale(ResourceType<?> type, ObjectKey key) throws InterruptedException;

  /// Posts to a subresource that has kinds of its own: `binding`, `eviction`, `token`, `approval`.
  <B extends KubernetesObject, R> R createSubresource(
      ResourceType<?> type, ObjectKey key, String subresource, B body, Codec<R> answer)
      throws InterruptedException;
}
