package io.kubejar.controllers.resourcequota;

import io.kubejar.api.BuiltInResources;
import io.kubejar.api.quota.Evaluator;
import io.kubejar.api.quota.Evaluators;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.CustomKinds;
import io.kubejar.client.Informer;
import io.kubejar.client.Informers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The kinds that quotas can limit: the built-in ones, and custom ones as they come and go.
final class LimitedKinds {
  private final Informers informers;
  private final Evaluators evaluators;
  private final List<Limited<?>> builtIn;
  private final Map<ResourceType<?>, Limited<?>> custom = new ConcurrentHashMap<>();

  /// A kind, its objects and what they use.
  record Limited<T extends KubernetesObject>(Informer<T> informer, Evaluator evaluator) {}

  LimitedKinds(ComponentRuntime runtime) {
    informers = runtime.informers();
    evaluators = new Evaluators(runtime.clock());
    var kinds = new LinkedHashMap<String, Limited<?>>();
    for (var type : BuiltInResources.all()) {
      if (type.namespaced()
          && type.allows("list")
          && type.allows("watch")
          && !Evaluators.ignores(type.groupResource())) {
        kinds.computeIfAbsent(type.groupResource().toString(), _ -> limited(type));
      }
    }
    builtIn = new ArrayList<>(kinds.values());
  }

  private <T extends KubernetesObject> Limited<T> limited(ResourceType<T> type) {
    return new Limited<>(informers.informer(type), evaluators.of(type.groupResource()));
  }

  List<Limited<?>> builtIn() {
    return builtIn;
  }

  /// Follows the custom kinds.
  ///
  /// @param onKind told of each that comes
  void follow(Consumer<Limited<Unstructured>> onKind) {
    CustomKinds.of(informers)
        .listen(
            new CustomKinds.Listener() {
              @Override
              public void onServed(ResourceType<Unstructured> type) {
                if (type.namespaced()) {
                  var kind = limited(type);
                  custom.put(type, kind);
                  onKind.accept(kind);
                }
              }

              @Override
              public void onGone(ResourceType<Unstructured> type) {
                if (custom.remove(type) != null) {
                  informers.forget(type);
                }
              }
            });
  }

  /// All kinds whose objects are known. A custom kind that cannot be listed holds nobody up.
  List<Limited<?>> known() {
    return Stream.concat(
            builtIn.stream(), custom.values().stream().filter(kind -> kind.informer().synced()))
        .toList();
  }
}
