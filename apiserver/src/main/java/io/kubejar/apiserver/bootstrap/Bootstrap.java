package io.kubejar.apiserver.bootstrap;

import io.kubejar.api.core.v1.Endpoints;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.api.rbac.v1.ClusterRole;
import io.kubejar.api.rbac.v1.ClusterRoleBinding;
import io.kubejar.api.rbac.v1.Role;
import io.kubejar.api.rbac.v1.RoleBinding;
import io.kubejar.api.scheduling.v1.PriorityClass;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.authz.BootstrapPolicy;
import io.kubejar.apiserver.local.LocalApi;
import java.util.List;

/// Makes what every cluster has, as far as it is missing.
public final class Bootstrap {
  private static final List<String> NAMESPACES =
      List.of("kube-system", "kube-public", "kube-node-lease", "default");

  private final LocalApi api;

  public Bootstrap(LocalApi api) {
    this.api = api;
  }

  public void run() throws InterruptedException {
    for (var name : NAMESPACES) {
      ensure(Namespace.RESOURCE, Namespace.EMPTY.withMetadata(named("", name)));
    }
    priorityClasses();
    policy(BootstrapPolicy.load());
  }

  /// The Service behind which all pods reach the API, and what it leads to.
  public void publish(String serviceAddress, String address, int port) throws InterruptedException {
    var own = new KubernetesService(serviceAddress, address, port);
    ensure(Service.RESOURCE, own.service());
    replace(Endpoints.RESOURCE, own.endpoints());
    replace(EndpointSlice.RESOURCE, own.endpointSlice());
  }

  private <T extends KubernetesObject> void replace(ResourceType<T> type, T object)
      throws InterruptedException {
    try {
      api.get(type, ObjectKey.of(object));
      api.update(type, object);
    } catch (ApiException refused) {
      if (!refused.isNotFound()) {
        throw refused;
      }
      create(type, object);
    }
  }

  private void priorityClasses() throws InterruptedException {
    priorityClass(
        "system-node-critical",
        2_000_001_000,
        "Used for system critical pods that must not be moved from their current node.");
    priorityClass(
        "system-cluster-critical",
        2_000_000_000,
        "Used for system critical pods that must run in the cluster, but can be moved to another"
            + " node if necessary.");
  }

  private void priorityClass(String name, int value, String description)
      throws InterruptedException {
    ensure(
        PriorityClass.RESOURCE,
        PriorityClass.EMPTY
            .withMetadata(named("", name))
            .withValue(value)
            .withDescription(description));
  }

  private void policy(BootstrapPolicy policy) throws InterruptedException {
    for (var role : policy.clusterRoles()) {
      ensure(ClusterRole.RESOURCE, role);
    }
    for (var binding : policy.clusterRoleBindings()) {
      ensure(ClusterRoleBinding.RESOURCE, binding);
    }
    for (var role : policy.roles()) {
      ensure(Role.RESOURCE, role);
    }
    for (var binding : policy.roleBindings()) {
      ensure(RoleBinding.RESOURCE, binding);
    }
  }

  private <T extends KubernetesObject> void ensure(ResourceType<T> type, T object)
      throws InterruptedException {
    try {
      api.get(type, ObjectKey.of(object));
    } catch (ApiException refused) {
      if (!refused.isNotFound()) {
        throw refused;
      }
      create(type, object);
    }
  }

  private <T extends KubernetesObject> void create(ResourceType<T> type, T object)
      throws InterruptedException {
    try {
      api.create(type, object);
    } catch (ApiException refused) {
      if (!refused.isAlreadyExists()) { // Another server of this cluster may have been faster.
        throw refused;
      }
    }
  }

  static ObjectMeta named(String namespace, String name) {
    return ObjectMeta.EMPTY.withNamespace(namespace).withName(name);
  }
}
