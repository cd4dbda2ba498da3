package io.kubejar.apiserver.verbs;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apiserver.cache.ObjectWatch;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.conversion.Conversion;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.apiserver.registry.Registry.Written;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.strategy.Strategy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// A stored resource in another version: objects are converted on their way in and out, patches are
/// applied to the version they were written for, and everything else happens once, behind.
public final class ConvertedVerbs<V extends KubernetesObject, T extends KubernetesObject>
    implements ResourceVerbs<V> {
  private final StoredVerbs<T> stored;
  private final Conversion<V, T> conversion;
  private final UnaryOperator<V> defaults;
  private final Tracker<T> tracker;
  private final Patching<V> patching;
  private final Strategy<V> strategy;

  /// @param defaults fills in what a client of this version may leave out
  /// @param tracker keeps the managed fields of writes in this version
  public ConvertedVerbs(
      StoredVerbs<T> stored,
      Conversion<V, T> conversion,
      UnaryOperator<V> defaults,
      Tracker<T> tracker) {
    this.stored = stored;
    this.conversion = conversion;
    this.defaults = defaults;
    this.tracker = tracker;
    strategy = new Strategy<>(conversion.served());
    patching = new Patching<>(conversion.served(), strategy.schema());
  }

  @Override
  public ResourceType<V> type() {
    return conversion.served();
  }

  @Override
  public Optional<Registry<?>> storage() {
    return stored.storage();
  }

  @Override
  public KubernetesObject toStored(V object) throws InterruptedException {
    return conversion.toStored(object);
  }

  @Override
  public V fromStored(KubernetesObject object, Registry<?> origin) throws InterruptedException {
    return conversion.toServed(stored.fromStored(object, origin));
  }

  /// For what is shown of this version; writes follow the strategy of the stored one.
  @Override
  public Strategy<V> strategy() {
    return strategy;
  }

  @Override
  public V defaulted(V object) {
    return defaults.apply(object);
  }

  @Override
  public boolean returnsDeleted() {
    return stored.returnsDeleted();
  }

  @Override
  public Stored<V> get(ObjectKey key, String resourceVersion) throws InterruptedException {
    return served(stored.get(key, resourceVersion));
  }

  private Call in(Call call) {
    return call.in(type().gvk().apiVersion());
  }

  private Stored<V> served(Stored<T> object) throws InterruptedException {
    return object.in(type(), conversion::toServed);
  }

  @Override
  public Listed<V> list(ReadOptions options) throws InterruptedException {
    var page = stored.list(type(), options);
    convertTogether(page.objects());
    var objects = new ArrayList<Stored<V>>(page.objects().size());
    for (var object : page.objects()) {
      objects.add(served(object));
    }
    return new Listed<>(objects, page.resourceVersion(), page.continueToken(), page.remaining());
  }

  /// One call for all that was not shown in this version before.
  private void convertTogether(List<Stored<T>> page) throws InterruptedException {
    var unseen = page.stream().filter(each -> !each.isKnownIn(type())).toList();
    var converted = conversion.toServed(unseen.stream().map(Stored::object).toList());
    for (int i = 0; i < converted.size(); i++) {
      var object = converted.get(i);
      unseen.get(i).in(type(), _ -> object);
    }
  }

  @Override
  public ObjectWatch<V> watch(ReadOptions options, Watching watching) throws InterruptedException {
    return new ConvertedWatch<>(stored.watch(type(), options, watching), this::served);
  }

  @Override
  public V create(Call call, String namespace, V object) throws InterruptedException {
    var wanted = conversion.toStored(defaults.apply(object));
    return conversion.toServed(stored.create(in(call), namespace, wanted, tracker));
  }

  @Override
  public Written<V> update(Call call, ObjectKey key, String subresource, V object)
      throws InterruptedException {
    var wanted = conversion.toStored(defaults.apply(object));
    var options = new Updating.Options<>(subresource, tracker);
    return served(stored.write(in(call), key, options, _ -> wanted));
  }

  private Written<V> served(Written<T> written) throws InterruptedException {
    return new Written<>(
        conversion.toServed(written.object()), written.created(), written.removed());
  }

  @Override
  public Written<V> modify(Call call, ObjectKey key, String subresource, Modification<V> change)
      throws InterruptedException {
    var options = new Updating.Options<>(subresource, tracker);
    return served(
        stored.write(
            in(call),
            key,
            options,
            current -> {
              var before = current.orElseThrow(() -> stored.registry().notFound(key));
              var after = defaults.apply(change.apply(conversion.toServed(before)));
              return conversion.toStored(after);
            }));
  }

  @Override
  public Written<V> patch(Call call, ObjectKey key, String subresource, PatchRequest patch)
      throws InterruptedException {
    if (patch.type() == PatchRequest.Type.APPLY) {
      var config = patching.configuration(call, key, patch);
      var options = Updating.Options.applying(subresource, tracker);
      return served(
          stored.write(
              in(call),
              key,
              options,
              stored.application(call, subresource, patch, config, tracker)));
    }
    return modify(call, key, subresource, current -> patching.apply(call, patch, current));
  }

  @Override
  public Written<V> delete(Call call, ObjectKey key, DeleteOptions options)
      throws InterruptedException {
    return served(stored.delete(in(call), key, options));
  }

  @Override
  public List<V> deleteCollection(Call call, ReadOptions selection, DeleteOptions options)
      throws InterruptedException {
    return conversion.toServed(stored.deleteCollection(in(call), type(), selection, options));
  }
}
