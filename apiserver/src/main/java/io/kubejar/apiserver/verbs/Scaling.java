package io.kubejar.apiserver.verbs;

import io.kubejar.api.autoscaling.v1.Scale;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.apply.FieldManager;
import io.kubejar.apimachinery.apply.ScaleManagers;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.meta.v1.ManagedFieldsEntry;
import io.kubejar.apimachinery.schema.Schemas;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.strategy.Strategy;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Changes the number of replicas of an object through its subresource `scale`: what is written and
/// who manages it is the Scale, and the object follows.
final class Scaling<T extends KubernetesObject> {
  private static final ResourceType<Scale> SCALE =
      new ResourceType<>(
          new GroupVersionKind("autoscaling", "v1", "Scale"),
          "scales",
          "scale",
          List.of(),
          List.of(),
          true,
          Set.of(),
          List.of(),
          Scale.class,
          Scale.CODEC);

  private final ResourceType<T> type;
  private final Strategy<T> strategy;
  private final Patching<Scale> patching;
  private final Optional<FieldManager> managers;

  Scaling(ResourceType<T> type, Strategy<T> strategy, Environment environment) {
    this.type = type;
    this.strategy = strategy;
    var schema = Schemas.of(SCALE.gvk());
    patching = new Patching<>(SCALE, schema.map(struct -> struct));
    managers =
        environment.tracking().equals(FieldTracking.OFF)
            ? Optional.empty()
            : schema.map(
                struct ->
                    FieldManager.forType(SCALE.gvk(), struct, environment.clock())
                        .forSubresource("scale"));
  }

  /// The object with the number that a client sets.
  T updated(Call call, T live, Scale wanted) throws InterruptedException {
    return followed(live, managed(call, before(live), tree(wanted)));
  }

  /// The object with the number that a patch makes of it.
  T patched(Call call, ObjectKey key, T live, PatchRequest patch) throws InterruptedException {
    var before = before(live);
    if (patch.type() != PatchRequest.Type.APPLY) {
      var wanted = patching.apply(call, patch, Scale.CODEC.fromTree(before));
      return followed(live, managed(call, before, tree(wanted)));
    }
    var config = patching.configuration(call, key, patch);
    var keeper =
        managers.orElseThrow(
            () -> ApiException.unsupportedMediaType("this server does not keep managed fields"));
    return followed(live, keeper.apply(before, config, call.manager(), patch.force()).orThrow());
  }

  private JsonObject managed(Call call, JsonObject before, JsonObject wanted)
      throws InterruptedException {
    return managers.isPresent() ? managers.get().update(before, wanted, call.manager()) : wanted;
  }

  private JsonObject before(T live) {
    return book().intoScale((JsonObject) type.codec().toTree(live), tree(strategy.scale(live)));
  }

  private ScaleManagers book() {
    return new ScaleManagers(type.gvk().apiVersion(), strategy.replicasPlaces());
  }

  private static JsonObject tree(Scale scale) {
    return (JsonObject) Scale.CODEC.toTree(scale);
  }

  @SuppressWarnings("unchecked") // withMetadata gives the object's own type.
  private T followed(T live, JsonObject written) {
    var scale = Scale.CODEC.fromTree(written);
    var version = scale.metadata().resourceVersion();
    if (!version.isEmpty() && !version.equals(live.metadata().resourceVersion())) {
      throw ApiException.modified(type.groupResource(), live.metadata().name());
    }
    T scaled = strategy.withReplicas(live, scale.spec().replicas());
    if (managers.isEmpty()) {
      return scaled;
    }
    var entries =
        book()
            .intoObject(written, (JsonObject) type.codec().toTree(live))
            .object("metadata")
            .list("managedFields")
            .stream()
            .map(ManagedFieldsEntry.CODEC::fromTree)
            .toList();
    return (T) scaled.withMetadata(scaled.metadata().withManagedFields(entries));
  }
}
