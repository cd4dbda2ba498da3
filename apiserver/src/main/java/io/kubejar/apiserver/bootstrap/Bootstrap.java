package io.kubejar.apiserver.bootstrap;

import io.kubejar.api.core.v1.ConfigMap;
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
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.authz.BootstrapPolicy;
import io.kubejar.apiserver.authz.PolicyReconciliation;
import io.kubejar.apiserver.local.LocalApi;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.BinaryOperator;

/// Makes what every cluster has, as far as it is missing.
public final class Bootstrap {
  private static final List<String> NAMESPACES =
      List.of("kube-system", "kube-public", "kube-node-lease", "default");

  private final LocalApi api;
  private final DefaultServiceCidr serviceCidr;
  private final Map<String, String> authentication;

  /// @param serviceCidrs the addresses for Services
  /// @param authentication what extension servers must know to believe this server about users
  public Bootstrap(
      LocalApi api,
      List<String> serviceCidrs,
      InstantSource clock,
      Map<String, String> authentication) {
    this.api = api;
    serviceCidr = new DefaultServiceCidr(api, serviceCidrs, clock);
    this.authentication = Map.copyOf(authentication);
  }

  public void run() throws InterruptedException {
    for (var name : NAMESPACES) {
      ensure(Namespace.RESOURCE, Namespace.EMPTY.withMetadata(named("", name)));
    }
    serviceCidr.ensure();
    priorityClasses();
    policy(BootstrapPolicy.load());
    authentication();
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
    if (find(type, ObjectKey.of(object)).isEmpty()) {
      create(type, object);
    } else {
      api.update(type, object);
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

  /// Adds what is missing and keeps what users have added.
  private void policy(BootstrapPolicy policy) throws InterruptedException {
    for (var role : policy.clusterRoles()) {
      reconcile(ClusterRole.RESOURCE, role, PolicyReconciliation::clusterRole);
    }
    for (var binding : policy.clusterRoleBindings()) {
      drop(ClusterRoleBinding.RESOURCE, binding, PolicyReconciliation::mustRecreate);
      reconcile(ClusterRoleBinding.RESOURCE, binding, PolicyReconciliation::clusterRoleBinding);
    }
    for (var role : policy.roles()) {
      reconcile(Role.RESOURCE, role, PolicyReconciliation::role);
    }
    for (var binding : policy.roleBindings()) {
      drop(RoleBinding.RESOURCE, binding, PolicyReconciliation::mustRecreate);
      reconcile(RoleBinding.RESOURCE, binding, PolicyReconciliation::roleBinding);
    }
  }

  /// Deletes what cannot be mended in place.
  private <T extends KubernetesObject> void drop(
      ResourceType<T> type, T expected, BiPredicate<T, T> hopeless) throws InterruptedException {
    var existing = find(type, ObjectKey.of(expected));
    if (existing.isPresent() && hopeless.test(existing.get(), expected)) {
      api.delete(type, ObjectKey.of(expected), DeleteOptions.EMPTY);
    }
  }

  private <T extends KubernetesObject> void reconcile(
      ResourceType<T> type, T expected, BinaryOperator<T> merge) throws InterruptedException {
    var existing = find(type, ObjectKey.of(expected));
    if (existing.isEmpty()) {
      create(type, expected);
      return;
    }
    var merged = merge.apply(existing.get(), expected);
    if (!merged.equals(existing.get())) {
      api.update(type, merged);
    }
  }

  private <T extends KubernetesObject> Optional<T> find(ResourceType<T> type, ObjectKey key)
      throws InterruptedException {
    try {
      return Optional.of(api.get(type, key));
    } catch (ApiException refused) {
      if (refused.isNotFound()) {
        return Optional.empty();
      }
      throw refused;
    }
  }

  /// Tells extension servers whom to believe about users.
  private void authentication() throws InterruptedException {
    if (authentication.isEmpty()) {
      return;
    }
    var name = "extension-apiserver-authentication";
    var wanted = ConfigMap.EMPTY.withMetadata(named("kube-system", name)).withData(authentication);
    reconcile(
        ConfigMap.RESOURCE, wanted, (existing, expected) -> existing.withData(expected.data()));
  }

  private <T extends KubernetesObject> void ensure(ResourceType<T> type, T object)
      throws InterruptedException {
    if (find(type, ObjectKey.of(object)).isEmpty()) {
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
