package io.kubejar.controllers.disruption;

import io.kubejar.api.BuiltInResources;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.apps.v1.ReplicaSet;
import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.core.v1.ReplicationController;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.client.Client;
import io.kubejar.client.CustomKinds;
import io.kubejar.client.Informer;
import io.kubejar.client.Informers;
import io.kubejar.controllers.ownership.ControllerRefs;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What controls pods, and how many pods it wants: the kinds of Kubernetes from the caches, any
/// other kind by its subresource `scale`.
final class Workloads {
  private final Client client;
  private final Informer<Deployment> deployments;
  private final Informer<ReplicaSet> replicaSets;
  private final Informer<StatefulSet> statefulSets;
  private final Informer<ReplicationController> replicationControllers;
  private final Informer<CustomResourceDefinition> definitions;

  Workloads(Client client, Informers informers) {
    this.client = client;
    deployments = informers.informer(Deployment.RESOURCE);
    replicaSets = informers.informer(ReplicaSet.RESOURCE);
    statefulSets = informers.informer(StatefulSet.RESOURCE);
    replicationControllers = informers.informer(ReplicationController.RESOURCE);
    definitions = informers.informer(CustomResourceDefinition.RESOURCE);
  }

  /// How many pods the workload with this UID wants.
  record Wanted(String uid, int replicas) {}

  Informer<?>[] informers() {
    return new Informer<?>[] {
      deployments, replicaSets, statefulSets, replicationControllers, definitions
    };
  }

  /// What an object's controller wants; for a ReplicaSet of a Deployment, what that one wants.
  /// Empty if the controller is gone.
  ///
  /// @throws UnknownScaleException if its kind is unknown or cannot be scaled
  Optional<Wanted> of(String namespace, OwnerReference controller) throws InterruptedException {
    var key = new ObjectKey(namespace, controller.name());
    var known =
        switch (kindOf(controller).group() + "/" + controller.kind()) {
          case "apps/ReplicaSet", "extensions/ReplicaSet" -> ofReplicaSet(key, controller);
          case "apps/StatefulSet" ->
              find(statefulSets, key, controller, set -> set.spec().replicas());
          case "/ReplicationController" ->
              find(replicationControllers, key, controller, each -> each.spec().replicas());
          default -> Optional.<Wanted>empty();
        };
    return known.isPresent() ? known : byScale(key, controller);
  }

  private Optional<Wanted> ofReplicaSet(ObjectKey key, OwnerReference reference) {
    var set = replicaSets.find(key).filter(each -> each.metadata().uid().equals(reference.uid()));
    var owner = set.flatMap(ControllerRefs::of);
    if (owner.filter(each -> each.kind().equals("Deployment")).isEmpty()) {
      return set.map(each -> wanted(each, each.spec().replicas()));
    }
    return find(
        deployments,
        new ObjectKey(key.namespace(), owner.get().name()),
        owner.get(),
        each -> each.spec().replicas());
  }

  private static <T extends KubernetesObject> Optional<Wanted> find(
      Informer<T> informer,
      ObjectKey key,
      OwnerReference reference,
      Function<T, @Nullable Integer> replicas) {
    return informer
        .find(key)
        .filter(each -> each.metadata().uid().equals(reference.uid()))
        .map(each -> wanted(each, replicas.apply(each)));
  }

  private static Wanted wanted(KubernetesObject object, @Nullable Integer replicas) {
    return new Wanted(object.metadata().uid(), Objects.requireNonNullElse(replicas, 1));
  }

  private Optional<Wanted> byScale(ObjectKey key, OwnerReference controller)
      throws InterruptedException {
    var scalable = scalable(controller);
    try {
      var scale = client.scale(scalable.type(), key);
      return Optional.of(new Wanted(scale.metadata().uid(), scale.spec().replicas()))
          .filter(wanted -> wanted.uid().equals(controller.uid()));
    } catch (ApiException refused) {
      if (!refused.isNotFound()) {
        throw refused;
      }
      if (!scalable.scale()) {
        throw new UnknownScaleException(
            scalable.type().groupResource() + " does not implement the scale subresource");
      }
      return Optional.empty();
    }
  }

  /// @param scale whether the kind has the subresource `scale`
  private record Scalable(ResourceType<?> type, boolean scale) {}

  private Scalable scalable(OwnerReference controller) {
    var kind = kindOf(controller);
    for (var type : BuiltInResources.all()) {
      if (type.gvk().equals(kind)) {
        return new Scalable(type, type.subresource("scale").isPresent());
      }
    }
    return definitions.list().stream()
        .filter(each -> each.spec().group().equals(kind.group()))
        .filter(each -> each.status().acceptedNames().kind().equals(controller.kind()))
        .filter(each -> serves(each, kind.version()))
        .findFirst()
        .flatMap(Workloads::scalable)
        .orElseThrow(
            () ->
                new UnknownScaleException(
                    "no matches for kind \"%s\" in version \"%s\""
                        .formatted(controller.kind(), controller.apiVersion())));
  }

  private static boolean serves(CustomResourceDefinition definition, String version) {
    return definition.spec().versions().stream()
        .anyMatch(each -> each.served() && each.name().equals(version));
  }

  private static Optional<Scalable> scalable(CustomResourceDefinition definition) {
    return CustomKinds.typeOf(definition)
        .map(type -> new Scalable(type, hasScale(definition, type.gvk().version())));
  }

  private static boolean hasScale(CustomResourceDefinition definition, String version) {
    return definition.spec().versions().stream()
        .filter(each -> each.name().equals(version))
        .map(each -> each.subresources())
        .anyMatch(each -> each != null && each.scale() != null);
  }

  private static GroupVersionKind kindOf(OwnerReference reference) {
    return GroupVersionKind.parse(reference.apiVersion(), reference.kind());
  }
}
