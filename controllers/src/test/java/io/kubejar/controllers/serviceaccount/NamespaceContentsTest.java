package io.kubejar.controllers.serviceaccount;

import static io.kubejar.controllers.testing.Objects.named;
import static io.kubejar.controllers.testing.Objects.namespace;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Secret;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.controllers.rootca.RootCaPublisher;
import io.kubejar.controllers.testing.World;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NamespaceContentsTest {
  private final World world =
      new World(
          new ServiceAccountController(), new TokenSecretController(), new RootCaPublisher("PEM"));

  @Test
  void everyNamespaceHasItsAccountAndTheAuthority() throws InterruptedException {
    world.create(Namespace.RESOURCE, namespace("default"));
    world.settle();

    assertThat(world.get(ServiceAccount.RESOURCE, "default", "default")).isNotNull();
    assertThat(world.get(ConfigMap.RESOURCE, "default", "kube-root-ca.crt").data())
        .isEqualTo(Map.of("ca.crt", "PEM"));
  }

  @Test
  void whatIsDeletedOrChangedComesBack() throws InterruptedException {
    world.create(Namespace.RESOURCE, namespace("default"));
    world.settle();
    world.delete(ServiceAccount.RESOURCE, "default", "default");
    world.change(
        ConfigMap.RESOURCE, "default", "kube-root-ca.crt", map -> map.withData(Map.of("a", "b")));
    world.settle();

    assertThat(world.list(ServiceAccount.RESOURCE)).hasSize(1);
    assertThat(world.get(ConfigMap.RESOURCE, "default", "kube-root-ca.crt").data())
        .isEqualTo(Map.of("ca.crt", "PEM"));
  }

  @Test
  void aTokenGoesWithItsAccount() throws InterruptedException {
    var account =
        world.create(ServiceAccount.RESOURCE, ServiceAccount.EMPTY.withMetadata(named("robot")));
    world.create(
        Secret.RESOURCE,
        Secret.EMPTY
            .withMetadata(
                named("token")
                    .withAnnotations(
                        Map.of(
                            TokenSecretController.ACCOUNT_NAME,
                            "robot",
                            TokenSecretController.ACCOUNT_UID,
                            account.metadata().uid())))
            .withType(TokenSecretController.TYPE));
    world.settle();
    assertThat(world.list(Secret.RESOURCE)).hasSize(1);
    world.delete(ServiceAccount.RESOURCE, "default", "robot");
    world.settle();

    assertThat(world.list(Secret.RESOURCE)).isEmpty();
  }
}
