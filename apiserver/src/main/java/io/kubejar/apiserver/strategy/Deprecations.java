package io.kubejar.apiserver.strategy;

import io.kubejar.api.core.v1.ComponentStatus;
import io.kubejar.api.core.v1.Endpoints;
import io.kubejar.apimachinery.ResourceType;
import java.util.List;
import java.util.Map;

/// Kinds that will go one day, and what clients of theirs are told.
final class Deprecations {
  private static final Map<ResourceType<?>, String> TEXTS =
      Map.of(
          ComponentStatus.RESOURCE,
          "v1 ComponentStatus is deprecated in v1.19+",
          Endpoints.RESOURCE,
          "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice");

  private Deprecations() {}

  static List<String> of(ResourceType<?> type) {
    var text = TEXTS.get(type);
    return text == null ? List.of() : List.of(text);
  }
}
