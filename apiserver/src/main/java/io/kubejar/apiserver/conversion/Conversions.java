package io.kubejar.apiserver.conversion;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The conversions of the built-in kinds that are served in several versions.
public final class Conversions {
  private static final List<Conversion<?, ?>> ALL =
      List.of(
          new FixedConversion<>(
              io.kubejar.api.events.v1.Event.RESOURCE,
              io.kubejar.api.core.v1.Event.RESOURCE,
              Events::toStored,
              Events::fromStored),
          new FixedConversion<>(
              io.kubejar.api.autoscaling.v1.HorizontalPodAutoscaler.RESOURCE,
              io.kubejar.api.autoscaling.v2.HorizontalPodAutoscaler.RESOURCE,
              Autoscalers::toStored,
              Autoscalers::fromStored));

  private Conversions() {}

  /// Whether objects are stored in this version.
  public static boolean isStored(ResourceType<?> type) {
    return of(type).isEmpty();
  }

  /// The version in which a resource is stored.
  public static ResourceType<?> storedVersion(ResourceType<?> type) {
    return of(type).<ResourceType<?>>map(Conversion::stored).orElse(type);
  }

  /// The conversion of a served version; empty if it is the stored one.
  @SuppressWarnings("unchecked") // The served types are the same.
  public static <V extends KubernetesObject> Optional<Conversion<V, ?>> of(ResourceType<V> type) {
    return ALL.stream()
        .filter(each -> each.served().equals(type))
        .<Conversion<V, ?>>map(each -> (Conversion<V, ?>) each)
        .findFirst();
  }

  /// All versions in which a stored resource is served, the stored one first.
  @SuppressWarnings("unchecked") // The stored types are the same.
  public static <T extends KubernetesObject> List<Conversion<?, T>> to(ResourceType<T> stored) {
    var versions = new ArrayList<Conversion<?, T>>();
    versions.add(Conversion.none(stored));
    for (var each : ALL) {
      if (each.stored().equals(stored)) {
        versions.add((Conversion<?, T>) each);
      }
    }
    return List.copyOf(versions);
  }
}
