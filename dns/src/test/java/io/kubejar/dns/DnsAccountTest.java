package io.kubejar.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.api.rbac.v1.ClusterRole;
import io.kubejar.api.rbac.v1.ClusterRoleBinding;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.testing.InMemoryApi;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class DnsAccountTest {
  private static final ObjectKey ROLE = ObjectKey.clusterScoped("system:coredns");

  private final InMemoryApi api = new InMemoryApi(InstantSource.system());

  @Test
  void mayReadWhatNamesAreMadeOfAndNothingElse() throws InterruptedException {
    DnsAccount.publish(api);

    var rules = api.get(ClusterRole.RESOURCE, ROLE).rules();
    assertThat(rules).allSatisfy(rule -> assertThat(rule.verbs()).containsExactly("list", "watch"));
    assertThat(rules)
        .flatExtracting(rule -> rule.resources())
        .containsExactly("endpoints", "services", "pods", "namespaces", "endpointslices");
    assertThat(rules.getLast().apiGroups()).containsExactly("discovery.k8s.io");
  }

  @Test
  void theRoleIsBoundToTheAccount() throws InterruptedException {
    DnsAccount.publish(api);

    var binding = api.get(ClusterRoleBinding.RESOURCE, ROLE);
    assertThat(binding.roleRef().name()).isEqualTo("system:coredns");
    assertThat(binding.subjects())
        .singleElement()
        .satisfies(
            subject ->
                assertThat(
                        api.find(
                            ServiceAccount.RESOURCE,
                            new ObjectKey(subject.namespace(), subject.name())))
                    .isPresent());
  }

  @Test
  void publishingAgainMendsTheRole() throws InterruptedException {
    DnsAccount.publish(api);
    api.update(ClusterRole.RESOURCE, api.get(ClusterRole.RESOURCE, ROLE).withRules(List.of()));

    DnsAccount.publish(api);

    assertThat(api.get(ClusterRole.RESOURCE, ROLE).rules()).hasSize(2);
  }
}
