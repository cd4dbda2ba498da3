package io.kubejar.controllers.namespace;

import static io.kubejar.controllers.testing.Objects.namespace;
import static io.kubejar.controllers.testing.Objects.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.controllers.testing.World;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamespaceControllerTest {
  private final World world = new World(new NamespaceController());

  @Test
  void emptiesTheNamespacePodsFirstAndLetsItGo() throws InterruptedException {
    world.create(Namespace.RESOURCE, namespace("default"));
    world.create(Namespace.RESOURCE, namespace("other"));
    world.create(Pod.RESOURCE, running("a", "10.0.0.1", true));
    world.create(ConfigMap.RESOURCE, map("default", List.of()));
    world.create(ConfigMap.RESOURCE, map("other", List.of()));
    world.delete(Namespace.RESOURCE, "", "default");
    world.settle();

    assertThat(world.list(ConfigMap.RESOURCE)).hasSize(2);
    assertThat(world.get(Namespace.RESOURCE, "", "default").status().conditions())
        .anyMatch(
            it ->
                it.type().equals("NamespaceContentRemaining")
                    && it.message()
                        .equals("Some resources are remaining: pods has 1 resource instances"));
    world.api.delete(
        Pod.RESOURCE,
        new ObjectKey("default", "a"),
        DeleteOptions.EMPTY.withGracePeriodSeconds(0L));
    world.settle();

    assertThat(world.list(Namespace.RESOURCE))
        .extracting(it -> it.metadata().name())
        .containsExactly("other");
    assertThat(world.list(ConfigMap.RESOURCE))
        .extracting(it -> it.metadata().namespace())
        .containsExactly("other");
  }

  @Test
  void waitsForFinalizersOfOthers() throws InterruptedException {
    world.create(Namespace.RESOURCE, namespace("default"));
    world.create(ConfigMap.RESOURCE, map("default", List.of("example.com/hold")));
    world.delete(Namespace.RESOURCE, "", "default");
    world.settle();
    assertThat(world.get(Namespace.RESOURCE, "", "default").status().conditions())
        .anyMatch(
            it -> it.type().equals("NamespaceFinalizersRemaining") && it.status().equals("True"));
    world.change(
        ConfigMap.RESOURCE,
        "default",
        "map",
        map -> map.withMetadata(map.metadata().withFinalizers(List.of())));
    world.pass(Duration.ofSeconds(10));

    assertThat(world.list(Namespace.RESOURCE)).isEmpty();
  }

  private static ConfigMap map(String namespace, List<String> finalizers) {
    return ConfigMap.EMPTY.withMetadata(
        ObjectMeta.EMPTY.withNamespace(namespace).withName("map").withFinalizers(finalizers));
  }
}
