package io.kubejar.apiserver.verbs;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apiserver.cache.CacheWatch;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.apiserver.registry.Registry.Written;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.strategy.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// All verbs of one resource.
public final class ResourceVerbs<T extends KubernetesObject> {
  private static final int COLLECTION_PAGE = 10_000;

  private final Registry<T> registry;
  private final Strategy<T> strategy;
  private final UnaryOperator<T> defaults;
  private final Reading<T> reading;
  private final Creation<T> creation;
  private final Updating<T> updating;
  private final Deletion<T> deletion;
  private final Patching<T> patching;
  private final FieldTracking tracking;

  /// @param defaults fills in what a client may leave out
  public ResourceVerbs(
      Registry<T> registry,
      Strategy<T> strategy,
      UnaryOperator<T> defaults,
      Environment environment) {
    this.registry = registry;
    this.strategy = strategy;
    this.defaults = defaults;
    reading = new Reading<>(registry, strategy);
    creation = new Creation<>(registry, strategy, environment);
    updating = new Updating<>(registry, strategy, environment, creation);
    deletion = new Deletion<>(registry, strategy, environment);
    tracking = environment.tracking();
    patching = new Patching<>(strategy);
  }

  public ResourceType<T> type() {
    return registry.type();
  }

  public Registry<T> registry() {
    return registry;
  }

  public Strategy<T> strategy() {
    return strategy;
  }

  /// The object with everything filled in that was left out.
  public T defaulted(T object) {
    return defaults.apply(object);
  }

  public Stored<T> get(ObjectKey key, String resourceVersion) throws InterruptedException {
    return reading.get(key, resourceVersion);
  }

  public T get(ObjectKey key) throws InterruptedException {
    return reading.get(key, "").object();
  }

  public Listed<T> list(ReadOptions options) throws InterruptedException {
    return reading.list(options);
  }

  public CacheWatch<T> watch(ReadOptions options, Watching watching) throws InterruptedException {
    return reading.watch(options, watching);
  }

  public T create(Call call, String namespace, T object) throws InterruptedException {
    return creation.create(call, namespace, defaults.apply(object));
  }

  /// Replaces the object, or, for some kinds, makes it.
  public Written<T> update(Call call, ObjectKey key, T object) throws InterruptedException {
    return update(call, key, "", object);
  }

  /// Replaces what a subresource such as `status` covers.
  public Written<T> update(Call call, ObjectKey key, String subresource, T object)
      throws InterruptedException {
    var wanted = defaults.apply(object);
    var options = new Updating.Options(subresource, false, false);
    return updating.update(call, key, options, _ -> wanted);
  }

  /// Stores what the function makes of the current state; it may be called several times.
  public Written<T> modify(Call call, ObjectKey key, String subresource, Modification<T> change)
      throws InterruptedException {
    return updating.update(
        call,
        key,
        new Updating.Options(subresource, false, false),
        current -> defaults.apply(change.apply(current.orElseThrow(() -> registry.notFound(key)))));
  }

  /// Changes the object as the patch says.
  public Written<T> patch(Call call, ObjectKey key, String subresource, PatchRequest patch)
      throws InterruptedException {
    if (patch.type() == PatchRequest.Type.APPLY) {
      return apply(call, key, subresource, patch);
    }
    return modify(call, key, subresource, current -> patching.apply(call, patch, current));
  }

  private Written<T> apply(Call call, ObjectKey key, String subresource, PatchRequest patch)
      throws InterruptedException {
    var config = patching.configuration(call, key, patch);
    var application = new FieldTracking.Application(call.manager(), subresource, patch.force());
    return updating.update(
        call,
        key,
        new Updating.Options(subresource, subresource.isEmpty(), true),
        current -> defaults.apply(tracking.apply(registry.type(), current, config, application)));
  }

  /// Removes the object or begins its end.
  public Written<T> delete(Call call, ObjectKey key, DeleteOptions options)
      throws InterruptedException {
    return deletion.delete(call, key, options);
  }

  /// Removes the object or begins its end, as something else was admitted that ends in this.
  public Written<T> deleteAdmitted(Call call, ObjectKey key, DeleteOptions options)
      throws InterruptedException {
    return deletion.deleteAdmitted(call, key, options);
  }

  /// Deletes every selected object. Answers with what they were.
  public List<T> deleteCollection(Call call, ReadOptions selection, DeleteOptions options)
      throws InterruptedException {
    deletion.admitCollection(call, selection.namespace(), options);
    var deleted = new ArrayList<T>();
    var page = list(selection.withPage(COLLECTION_PAGE, ""));
    while (true) {
      for (var stored : page.objects()) {
        deleteUnlessGone(call, stored.object(), options);
        deleted.add(stored.object());
      }
      if (page.continueToken().isEmpty()) {
        return deleted;
      }
      page =
          list(
              selection
                  .withResourceVersion("", "")
                  .withPage(COLLECTION_PAGE, page.continueToken()));
    }
  }

  private void deleteUnlessGone(Call call, T object, DeleteOptions options)
      throws InterruptedException {
    try {
      delete(call, ObjectKey.of(object), options);
    } catch (io.kubejar.apimachinery.ApiException refused) {
      if (!refused.isNotFound()) {
        throw refused;
      }
    }
  }

  /// Computes a new state from the current one.
  @FunctionalInterface
  public interface Modification<T extends KubernetesObject> {
    T apply(T current) throws InterruptedException;
  }
}
