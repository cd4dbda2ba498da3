package io.kubejar.client.testing;

import io.kubejar.api.autoscaling.v1.Scale;
import io.kubejar.api.autoscaling.v1.ScaleSpec;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.patch.JsonPatch;
import io.kubejar.apimachinery.patch.MergePatch;
import io.kubejar.apimachinery.patch.StrategicMergePatch;
import io.kubejar.apimachinery.schema.Schemas;
import io.kubejar.client.Patch;
import java.util.Optional;

/// Changes to objects of any kind.
final class Trees {
  private Trees() {}

  static <T extends KubernetesObject> T with(ResourceType<T> type, T object, ObjectMeta metadata) {
    return type.type().cast(object.withMetadata(metadata));
  }

  /// What the server sets in a new object.
  static <T extends KubernetesObject> T created(ResourceType<T> type, T object) {
    return switch (object) {
      case Pod pod when pod.status().phase().isEmpty() ->
          type.type().cast(pod.withStatus(pod.status().withPhase("Pending")));
      case Namespace namespace when namespace.status().phase().isEmpty() ->
          type.type()
              .cast(
                  namespace
                      .withSpec(namespace.spec().withFinalizers(java.util.List.of("kubernetes")))
                      .withStatus(namespace.status().withPhase("Active")));
      default -> object;
    };
  }

  static <T extends KubernetesObject> Optional<Scale> scale(
      ResourceType<T> type, KubernetesObject object) {
    var tree = (JsonObject) type.codec().toTree(type.type().cast(object));
    return tree.object("spec").get("replicas") instanceof JsonNumber replicas
        ? Optional.of(
            Scale.EMPTY
                .withMetadata(object.metadata())
                .withSpec(ScaleSpec.EMPTY.withReplicas(Math.toIntExact(replicas.longValue()))))
        : Optional.empty();
  }

  /// The object after a write through this subresource: a status write changes the status only,
  /// another leaves it.
  static <T extends KubernetesObject> T updated(
      ResourceType<T> type, T before, T wanted, String subresource) {
    var known = tree(type, before);
    var given = tree(type, wanted);
    boolean hasStatus = type.subresource("status").isPresent();
    var result = given;
    if (subresource.equals("status")) {
      result = copy(given, "status", known);
    } else if (hasStatus) {
      result = copy(known, "status", given);
    }
    var fixed = before.metadata();
    long generation =
        withoutIdentity(known).equals(withoutIdentity(result))
            ? fixed.generation()
            : fixed.generation() + 1;
    var metadata =
        (subresource.equals("status") ? fixed : wanted.metadata())
            .toBuilder()
                .uid(fixed.uid())
                .resourceVersion(fixed.resourceVersion())
                .creationTimestamp(fixed.creationTimestamp())
                .deletionTimestamp(fixed.deletionTimestamp())
                .deletionGracePeriodSeconds(fixed.deletionGracePeriodSeconds())
                .generation(generation)
                .build();
    return with(type, type.codec().fromTree(result), metadata);
  }

  static <T extends KubernetesObject> T patched(ResourceType<T> type, T before, Patch patch) {
    var tree = tree(type, before);
    var change = Yaml.parse(patch.json());
    JsonValue result =
        switch (patch.type()) {
          case JSON -> JsonPatch.apply(tree, change);
          case MERGE -> MergePatch.apply(tree, change);
          case STRATEGIC ->
              StrategicMergePatch.apply(tree, change, Schemas.of(type.gvk()).orElseThrow());
          case APPLY -> throw ApiException.unsupportedMediaType("apply is not for the fake");
        };
    return type.codec().fromTree(result);
  }

  static boolean hasFinalizersInSpec(ResourceType<?> type, KubernetesObject object) {
    return type.equals(Namespace.RESOURCE)
        && object instanceof Namespace namespace
        && !namespace.spec().finalizers().isEmpty();
  }

  private static <T extends KubernetesObject> JsonObject tree(ResourceType<T> type, T object) {
    return (JsonObject) type.codec().toTree(object);
  }

  private static JsonObject copy(JsonObject from, String field, JsonObject into) {
    var value = from.get(field);
    return value == null ? into.without(field) : into.with(field, value);
  }

  private static JsonObject withoutIdentity(JsonObject tree) {
    return tree.without("metadata").without("status").with("kind", JsonString.EMPTY);
  }
}
