package io.kubejar.apiserver.admission.webhooks;

import io.kubejar.api.autoscaling.v1.Scale;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.schema.TypeSchema;
import java.util.Optional;

/// What webhooks need of a resource's own rules.
public interface ObjectViews {
  /// The object as its subresource `scale` shows it.
  Scale scale(KubernetesObject object, ResourceType<?> type);

  KubernetesObject withReplicas(KubernetesObject object, ResourceType<?> type, int replicas);

  /// How objects of the type are merged; empty if it is not served any more.
  Optional<TypeSchema> schema(ResourceType<?> type);

  /// The object with everything filled in that a webhook may have left out.
  KubernetesObject defaulted(KubernetesObject object, ResourceType<?> type);
}
