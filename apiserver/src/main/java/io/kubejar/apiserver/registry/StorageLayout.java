package io.kubejar.apiserver.registry;

import io.kubejar.api.BuiltInResources;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apimachinery.ObjectKey;
import java.util.HashMap;
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

  /// The resource whose object lies under a key, be it built in or custom.
  public static GroupResource resourceOf(String key) {
    int first = key.indexOf('/', ROOT.length());
    int second = key.indexOf('/', first + 1);
    var builtIn = BuiltIn.BY_PREFIX.get(key.substring(0, first + 1));
    if (builtIn == null && second > 0) {
      builtIn = BuiltIn.BY_PREFIX.get(key.substring(0, second + 1));
    }
    if (builtIn != null) {
      return builtIn;
    }
    return second < 0
        ? new GroupResource("", key.substring(ROOT.length(), Math.max(first, ROOT.length())))
        : new GroupResource(key.substring(ROOT.length(), first), key.substring(first + 1, second));
  }

  /// Made when somebody asks first.
  private static final class BuiltIn {
    static final Map<String, GroupResource> BY_PREFIX = new HashMap<>();

    static {
      for (var type : BuiltInResources.all()) {
        BY_PREFIX.putIfAbsent(prefix(type.groupResource()), type.groupResource());
      }
    }

    private BuiltIn() {}
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
