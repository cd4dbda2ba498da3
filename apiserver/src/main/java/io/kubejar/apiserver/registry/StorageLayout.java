package io.kubejar.apiserver.registry;

import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.ObjectKey;
import java.util.Map;

/// Where resources lie in the store: upstream's keys with upstream's exceptions, so that either can
/// read what the other wrote.
public final class StorageLayout {
  /// How all keys begin.
  public static final String ROOT = "/registry/";

  private static final Map<String, String> EXCEPTIONS =
      Map.of(
          "services", "services/specs",
          "endpoints", "services/endpoints",
          "nodes", "minions",
          "replicationcontrollers", "controllers",
          "ingresses.networking.k8s.io", "ingress",
          "customresourcedefinitions.apiextensions.k8s.io",
              "apiextensions.k8s.io/customresourcedefinitions",
          "apiservices.apiregistration.k8s.io", "apiregistration.k8s.io/apiservices");

  private StorageLayout() {}

  /// How the keys of a resource's objects begin, up to and including the slash.
  public static String prefix(GroupResource resource) {
    return ROOT + EXCEPTIONS.getOrDefault(resource.toString(), resource.resource()) + "/";
  }

  /// How the keys of a custom resource's objects begin.
  public static String customPrefix(GroupResource resource) {
    return ROOT + resource.group() + "/" + resource.resource() + "/";
  }

  /// The key below the prefix.
  public static String path(ObjectKey key) {
    return key.namespace().isEmpty() ? key.name() : key.namespace() + "/" + key.name();
  }
}
