package io.kubejar.apiserver.conversion;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import java.util.Map;
import java.util.Optional;

/// The conversions of all kinds that are served in several versions.
public final class Conversions {
  private static final Map<ResourceType<?>, Conversion<?, ?>> ALL =
      Map.of(
          io.kubejar.api.events.v1.Event.RESOURCE,
          new Conversion<>(
              io.kubejar.api.core.v1.Event.RESOURCE, Events::toStored, Events::fromStored),
          io.kubejar.api.autoscaling.v1.HorizontalPodAutoscaler.RESOURCE,
          new Conversion<>(
              io.kubejar.api.autoscaling.v2.HorizontalPodAutoscaler.RESOURCE,
              Autoscalers::toStored,
              Autoscalers::fromStored));

  private Conversions() {}

  /// The conversion of a served version; empty if it is the stored one.
  @SuppressWarnings("unchecked") // Conversions are kept under the type they were made for.
  public static <T extends KubernetesObject> Optional<Conversion<T, ?>> of(ResourceType<T> type) {
    return Optional.ofNullable((Conversion<T, ?>) ALL.get(type));
  }

  /// The version in which a resource is stored.
  public static ResourceType<?> storedVersion(ResourceType<?> type) {
    return of(type).<ResourceType<?>>map(Conversion::stored).orElse(type);
  }
}
