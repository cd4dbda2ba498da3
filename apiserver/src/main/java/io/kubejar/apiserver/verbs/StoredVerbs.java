package io.kubejar.apiserver.verbs;

import io.kubejar.api.autoscaling.v1.Scale;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apiserver.cache.ObjectWatch;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.apiserver.registry.Registry.Written;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.strategy.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// A stored resource with its rules, and its verbs in the version it is stored in.
public final class StoredVerbs<T extends KubernetesObject> implements ResourceVerbs<T> {
  private static final int COLLECTION_PAGE = 10_000;

  private final Registry<T> registry;
  private final Strategy<T> strategy;
  private final UnaryOperator<T> defaults;
  private final Reading<T> reading;
  private final Creation<T> creation;
  private final Updating<T> updating;
  private final Deletion<T> deletion;
  private final Patching<T> patching;
  private final Tracker<T> tracker;
  private final Scaling<T> scaling;

  /// @param defaults fills in what a client may leave out
  /// @param tracker keeps the managed fields of writes in the stored version
  public StoredVerbs(
      Registry<T> registry,
      Strategy<T> strategy,
      UnaryOperator<T> defaults,
      Tracker<T> tracker,
      Environment environment) {
    this.registry = registry;
    this.strategy = strategy;
    this.defaults = defaults;
    this.tracker = tracker;
    reading = new Reading<>(registry, strategy);
    strategy.index().ifPresent(registry::indexBy);
    creation = new Creation<>(registry, strategy, environment);
    updating = new Updating<>(registry, strategy, environment, creation);
    deletion = new Deletion<>(registry, strategy, environment);
    patching = new Patching<>(registry.type(), strategy.schema());
    scaling = new Scaling<>(registry.type(), strategy, environment);
  }

  @Override
  public ResourceType<T> type() {
    return registry.type();
  }

  public Registry<T> registry() {
    return registry;
  }

  @Override
  public Optional<Registry<?>> storage() {
    return Optional.of(registry);
  }

  @Override
  public KubernetesObject toStored(T object) {
    return object;
  }

  @Override
  public T fromStored(KubernetesObject object, Registry<?> origin) {
    return origin.equals(registry) ? type().type().cast(object) : converted(object, origin);
  }

  private <S extends KubernetesObject> T converted(KubernetesObject object, Registry<S> origin) {
    return registry.converted(origin.type().type().cast(object), origin);
  }

  @Override
  public Strategy<T> strategy() {
    return strategy;
  }

  @Override
  public T defaulted(T object) {
    return defaults.apply(object);
  }

  @Override
  public boolean returnsDeleted() {
    return strategy.returnsDeleted();
  }

  @Override
  public Stored<T> get(ObjectKey key, String resourceVersion) throws InterruptedException {
    return reading.get(key, resourceVersion);
  }

  @Override
  public Listed<T> list(ReadOptions options) throws InterruptedException {
    return list(type(), options);
  }

  /// A page whose selectors name the fields of another version.
  Listed<T> list(ResourceType<?> version, ReadOptions options) throws InterruptedException {
    return reading.list(version, options);
  }

  @Override
  public ObjectWatch<T> watch(ReadOptions options, Watching watching) throws InterruptedException {
    return watch(type(), options, watching);
  }

  ObjectWatch<T> watch(ResourceType<?> version, ReadOptions options, Watching watching)
      throws InterruptedException {
    return reading.watch(version, options, watching);
  }

  @Override
  public T create(Call call, String namespace, T object) throws InterruptedException {
    return create(call, namespace, defaults.apply(object), tracker);
  }

  /// Creates what a client wants in any version.
  T create(Call call, String namespace, T wanted, Tracker<T> writer) throws InterruptedException {
    return creation.create(call, namespace, wanted, writer);
  }

  @Override
  public Written<T> update(Call call, ObjectKey key, String subresource, T object)
      throws InterruptedException {
    var wanted = defaults.apply(object);
    return write(call, key, new Updating.Options<>(subresource, tracker), _ -> wanted);
  }

  @Override
  public Written<T> modify(Call call, ObjectKey key, String subresource, Modification<T> change)
      throws InterruptedException {
    return write(
        call,
        key,
        new Updating.Options<>(subresource, tracker),
        current -> defaults.apply(change.apply(current.orElseThrow(() -> registry.notFound(key)))));
  }

  /// Stores what is computed from the current state, for a client of any version.
  Written<T> write(Call call, ObjectKey key, Updating.Options<T> options, Updating.Wanted<T> wanted)
      throws InterruptedException {
    return updating.update(call, key, options, wanted);
  }

  @Override
  public Written<T> patch(Call call, ObjectKey key, String subresource, PatchRequest patch)
      throws InterruptedException {
    if (patch.type() == PatchRequest.Type.APPLY) {
      var config = patching.configuration(call, key, patch);
      return write(
          call,
          key,
          Updating.Options.applying(subresource, tracker),
          application(call, subresource, patch, config, tracker));
    }
    return modify(call, key, subresource, current -> patching.apply(call, patch, current));
  }

  @Override
  public Written<T> rescale(Call call, ObjectKey key, Scale wanted) throws InterruptedException {
    return rescale(call, key, live -> scaling.updated(call, live, wanted));
  }

  @Override
  public Written<T> rescale(Call call, ObjectKey key, PatchRequest patch)
      throws InterruptedException {
    return rescale(call, key, live -> scaling.patched(call, key, live, patch));
  }

  /// The managers are those that the scale has.
  private Written<T> rescale(Call call, ObjectKey key, Modification<T> change)
      throws InterruptedException {
    return write(
        call,
        key,
        Updating.Options.applying("scale", tracker),
        current -> defaults.apply(change.apply(current.orElseThrow(() -> registry.notFound(key)))));
  }

  /// Merges a configuration into the current state.
  Updating.Wanted<T> application(
      Call call, String subresource, PatchRequest patch, JsonObject config, Tracker<T> writer) {
    var application = new Tracker.Application(call.manager(), subresource, patch.force());
    return current -> writer.apply(current, config, application);
  }

  @Override
  public Written<T> delete(Call call, ObjectKey key, DeleteOptions options)
      throws InterruptedException {
    return deletion.delete(call, key, options);
  }

  /// Removes the object or begins its end, as something else was admitted that ends in this.
  public Written<T> deleteAdmitted(Call call, ObjectKey key, DeleteOptions options)
      throws InterruptedException {
    return deletion.deleteAdmitted(call, key, options);
  }

  /// Refuses an object that is not the one that the options mean.
  ///
  /// @throws ApiException 409
  public void checkPreconditions(ObjectKey key, DeleteOptions options, T found) {
    deletion.checkPreconditions(key, options, found);
  }

  @Override
  public List<T> deleteCollection(Call call, ReadOptions selection, DeleteOptions options)
      throws InterruptedException {
    return deleteCollection(call, type(), selection, options);
  }

  List<T> deleteCollection(
      Call call, ResourceType<?> version, ReadOptions selection, DeleteOptions options)
      throws InterruptedException {
    deletion.admitCollection(call, selection.namespace(), options);
    var deleted = new ArrayList<T>();
    var page = list(version, selection.withPage(COLLECTION_PAGE, ""));
    while (true) {
      for (var stored : page.objects()) {
        deleteUnlessGone(call, stored.object(), options);
        deleted.add(stored.object());
      }
      if (page.continueToken().isEmpty()) {
        return deleted;
      }
      var rest =
          selection.withResourceVersion("", "").withPage(COLLECTION_PAGE, page.continueToken());
      page = list(version, rest);
    }
  }

  private void deleteUnlessGone(Call call, T object, DeleteOptions options)
      throws InterruptedException {
    try {
      delete(call, ObjectKey.of(object), options);
    } catch (ApiException refused) {
      if (!refused.isNotFound()) {
        throw refused;
      }
    }
  }
}
