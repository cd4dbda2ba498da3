package io.kubejar.dns;

import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.api.rbac.v1.ClusterRole;
import io.kubejar.api.rbac.v1.ClusterRoleBinding;
import io.kubejar.api.rbac.v1.PolicyRule;
import io.kubejar.api.rbac.v1.RoleRef;
import io.kubejar.api.rbac.v1.Subject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.client.Client;
import java.util.List;

/// Who the DNS is in the cluster, and what it may read: the service account `coredns` with the
/// cluster role `system:coredns`, as kubeadm has them. So a CoreDNS that takes its place finds what
/// it needs, and what others may learn through the DNS is what this role allows.
public final class DnsAccount {
  /// The user name of the service account.
  public static final String USER = "system:serviceaccount:kube-system:coredns";

  /// The groups of every service account of that namespace.
  public static final List<String> GROUPS =
      List.of("system:serviceaccounts", "system:serviceaccounts:kube-system");

  private static final String NAMESPACE = "kube-system";
  private static final String NAME = "coredns";
  private static final String ROLE = "system:coredns";
  private static final String RBAC = "rbac.authorization.k8s.io";
  private static final List<String> READ = List.of("list", "watch");

  private DnsAccount() {}

  /// Creates account, role and binding, and gives the role its rules again if somebody changed
  /// them.
  public static void publish(Client client) throws InterruptedException {
    DnsService.createOrKeep(client, ServiceAccount.RESOURCE, account());
    DnsService.createOrKeep(client, ClusterRole.RESOURCE, role());
    var known = client.get(ClusterRole.RESOURCE, ObjectKey.clusterScoped(ROLE));
    if (!known.rules().equals(role().rules())) {
      client.update(ClusterRole.RESOURCE, known.withRules(role().rules()));
    }
    DnsService.createOrKeep(client, ClusterRoleBinding.RESOURCE, binding());
  }

  private static ServiceAccount account() {
    return ServiceAccount.EMPTY.withMetadata(
        ObjectMeta.builder().namespace(NAMESPACE).name(NAME).build());
  }

  private static ClusterRole role() {
    return ClusterRole.EMPTY
        .withMetadata(ObjectMeta.builder().name(ROLE).build())
        .withRules(
            List.of(
                read("", "endpoints", "services", "pods", "namespaces"),
                read("discovery.k8s.io", "endpointslices")));
  }

  private static PolicyRule read(String group, String... resources) {
    return PolicyRule.EMPTY
        .withApiGroups(List.of(group))
        .withResources(List.of(resources))
        .withVerbs(READ);
  }

  private static ClusterRoleBinding binding() {
    return ClusterRoleBinding.EMPTY
        .withMetadata(ObjectMeta.builder().name(ROLE).build())
        .withRoleRef(new RoleRef(RBAC, "ClusterRole", ROLE))
        .withSubjects(
            List.of(
                Subject.EMPTY.withKind("ServiceAccount").withNamespace(NAMESPACE).withName(NAME)));
  }
}
