package io.kubejar.apiserver.strategy;

import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.apps.v1.ReplicaSet;
import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.autoscaling.v1.Scale;
import io.kubejar.api.autoscaling.v1.ScaleSpec;
import io.kubejar.api.autoscaling.v1.ScaleStatus;
import io.kubejar.api.core.v1.ReplicationController;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.apimachinery.validation.FieldError;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The number of replicas of all kinds that have one.
final class Scales {
  /// Managers may have written in versions of old.
  static final Map<String, String> PLACES =
      Map.of(
          "v1", "spec.replicas",
          "apps/v1", "spec.replicas",
          "apps/v1beta1", "spec.replicas",
          "apps/v1beta2", "spec.replicas");

  private Scales() {}

  /// The scale of an object.
  static Scale of(KubernetesObject object) {
    return switch (object) {
      case Deployment it ->
          scale(it, it.spec().replicas(), it.status().replicas(), selector(it.spec().selector()));
      case ReplicaSet it ->
          scale(it, it.spec().replicas(), it.status().replicas(), selector(it.spec().selector()));
      case StatefulSet it ->
          scale(it, it.spec().replicas(), it.status().replicas(), selector(it.spec().selector()));
      case ReplicationController it ->
          scale(
              it,
              it.spec().replicas(),
              it.status().replicas(),
              LabelSelectors.ofMap(it.spec().selector()).toString());
      default -> throw new IllegalArgumentException("cannot be scaled: " + object.kind());
    };
  }

  /// The object with another number of replicas.
  @SuppressWarnings("unchecked") // Each case gives the type it got.
  static <T extends KubernetesObject> T withReplicas(T object, int replicas) {
    if (replicas < 0) {
      var error =
          FieldError.invalid("spec.replicas", replicas, "must be greater than or equal to 0");
      throw ApiException.invalid(
          "autoscaling", "Scale", object.metadata().name(), List.of(error.cause()));
    }
    return (T)
        switch (object) {
          case Deployment it -> it.withSpec(it.spec().withReplicas(replicas));
          case ReplicaSet it -> it.withSpec(it.spec().withReplicas(replicas));
          case StatefulSet it -> it.withSpec(it.spec().withReplicas(replicas));
          case ReplicationController it -> it.withSpec(it.spec().withReplicas(replicas));
          default -> throw new IllegalArgumentException("cannot be scaled: " + object.kind());
        };
  }

  private static String selector(@Nullable LabelSelector selector) {
    return selector == null ? "" : LabelSelectors.of(selector).toString();
  }

  private static Scale scale(
      KubernetesObject object, @Nullable Integer wanted, int actual, String selector) {
    var metadata = object.metadata();
    var own =
        ObjectMeta.EMPTY
            .withName(metadata.name())
            .withNamespace(metadata.namespace())
            .withUid(metadata.uid())
            .withResourceVersion(metadata.resourceVersion())
            .withCreationTimestamp(metadata.creationTimestamp());
    return new Scale(
        own, new ScaleSpec(wanted == null ? 0 : wanted), new ScaleStatus(actual, selector));
  }
}
