package io.kubejar.apimachinery.unstructured;

import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.ResourceType;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Resources made at run time.
public final class UnstructuredTypes {
  /// What custom resources and all ordinary resources allow.
  public static final Set<String> ALL_VERBS =
      Set.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

  private UnstructuredTypes() {}

  /// A resource that allows every verb, for clients that know no more than its names.
  public static ResourceType<Unstructured> of(
      GroupVersionKind kind, String plural, boolean namespaced) {
    return new ResourceType<>(
        kind,
        plural,
        kind.kind().toLowerCase(Locale.ROOT),
        List.of(),
        List.of(),
        namespaced,
        ALL_VERBS,
        List.of(),
        Unstructured.class,
        new UnstructuredCodec(kind));
  }
}
