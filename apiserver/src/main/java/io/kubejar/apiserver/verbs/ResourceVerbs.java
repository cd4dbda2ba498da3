package io.kubejar.apiserver.verbs;

import io.kubejar.api.autoscaling.v1.Scale;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apiserver.cache.ObjectWatch;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.apiserver.registry.Registry.Written;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.strategy.Strategy;
import java.util.List;
import java.util.Optional;

/// All verbs of one resource in one of its versions.
///
/// What is stored exists once, with its rules, as [StoredVerbs]; every other version in which it is
/// served is a [ConvertedVerbs] in front of that.
public interface ResourceVerbs<T extends KubernetesObject> {
  ResourceType<T> type();

  /// Where the objects are stored, in whatever version; empty if nothing of them is stored.
  Optional<Registry<?>> storage();

  /// The object in the version it is stored in.
  KubernetesObject toStored(T object) throws InterruptedException;

  /// An object of a registry of the same objects, in this version.
  T fromStored(KubernetesObject object, Registry<?> origin) throws InterruptedException;

  /// How objects of this version are shown.
  Strategy<T> strategy();

  /// The object with everything filled in that was left out.
  T defaulted(T object);

  /// Whether a deletion answers with the object instead of a `Status`.
  boolean returnsDeleted();

  Stored<T> get(ObjectKey key, String resourceVersion) throws InterruptedException;

  /// The newest state.
  default T get(ObjectKey key) throws InterruptedException {
    return get(key, "").object();
  }

  Listed<T> list(ReadOptions options) throws InterruptedException;

  ObjectWatch<T> watch(ReadOptions options, Watching watching) throws InterruptedException;

  T create(Call call, String namespace, T object) throws InterruptedException;

  /// Replaces what a subresource such as `status` covers; empty for the object itself, which some
  /// kinds make if it is missing.
  Written<T> update(Call call, ObjectKey key, String subresource, T object)
      throws InterruptedException;

  /// Stores what the function makes of the current state; it may be called several times.
  Written<T> modify(Call call, ObjectKey key, String subresource, Modification<T> change)
      throws InterruptedException;

  /// Changes the object as the patch says.
  Written<T> patch(Call call, ObjectKey key, String subresource, PatchRequest patch)
      throws InterruptedException;

  /// Sets the number of replicas of an object of a kind that has the subresource `scale`.
  default Written<T> rescale(Call call, ObjectKey key, Scale wanted) throws InterruptedException {
    throw new IllegalStateException("no subresource scale: " + type());
  }

  /// Likewise, as the patch of its Scale says.
  default Written<T> rescale(Call call, ObjectKey key, PatchRequest patch)
      throws InterruptedException {
    throw new IllegalStateException("no subresource scale: " + type());
  }

  /// Removes the object or begins its end.
  Written<T> delete(Call call, ObjectKey key, DeleteOptions options) throws InterruptedException;

  /// Deletes every selected object. Answers with what they were.
  List<T> deleteCollection(Call call, ReadOptions selection, DeleteOptions options)
      throws InterruptedException;

  /// Computes a new state from the current one.
  @FunctionalInterface
  interface Modification<T extends KubernetesObject> {
    T apply(T current) throws InterruptedException;
  }
}
