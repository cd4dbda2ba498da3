package io.kubejar.apiserver.admission.webhooks;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apiserver.conversion.Conversion;
import io.kubejar.apiserver.conversion.Conversions;
import java.util.Collection;
import java.util.List;

/// The built-in kinds that are served in several versions; they meet in the stored one.
public record ServedVersions(List<ResourceType<?>> types) implements EquivalentTypes {
  public ServedVersions {
    types = List.copyOf(types);
  }

  /// Of all these types, those that are no kind's only version.
  public static ServedVersions among(Collection<ResourceType<?>> all) {
    var several =
        all.stream()
            .filter(type -> Conversions.of(type).isPresent())
            .map(Conversions::storedVersion)
            .toList();
    return new ServedVersions(
        all.stream().filter(type -> several.contains(Conversions.storedVersion(type))).toList());
  }

  @Override
  public List<ResourceType<?>> of(ResourceType<?> type) {
    if (!types.contains(type)) {
      return List.of();
    }
    var stored = Conversions.storedVersion(type);
    return types.stream()
        .filter(each -> !each.equals(type) && Conversions.storedVersion(each).equals(stored))
        .toList();
  }

  @Override
  public KubernetesObject convert(
      KubernetesObject object, ResourceType<?> from, ResourceType<?> to) {
    return fromStored(toStored(object, from), to);
  }

  private static <T extends KubernetesObject> KubernetesObject toStored(
      KubernetesObject object, ResourceType<T> from) {
    return Conversions.of(from)
        .<KubernetesObject>map(conversion -> conversion.toStored().apply(from.type().cast(object)))
        .orElse(object);
  }

  private static <T extends KubernetesObject> KubernetesObject fromStored(
      KubernetesObject object, ResourceType<T> to) {
    var conversion = Conversions.of(to);
    return conversion.isEmpty() ? object : fromStored(object, conversion.get());
  }

  private static <T extends KubernetesObject, H extends KubernetesObject>
      KubernetesObject fromStored(KubernetesObject object, Conversion<T, H> conversion) {
    return conversion.fromStored().apply(conversion.stored().type().cast(object));
  }
}
