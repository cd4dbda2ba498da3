package io.kubejar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.apimachinery.unstructured.UnstructuredTypes;
import io.kubejar.client.Client;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Garbage and namespaces of kinds that people define, with the real server and controllers.
class CustomKindsTest {
  private static final Duration PATIENCE = Duration.ofHours(2);
  private static final GroupVersionKind KIND = new GroupVersionKind("example.com", "v1", "Widget");
  private static final ResourceType<Unstructured> WIDGETS =
      UnstructuredTypes.of(KIND, "widgets", true);
  private static final ObjectKey OWNER = new ObjectKey("shop", "owner");
  private static final int SEEDS = 20;

  static LongStream seeds() {
    return Seeds.all().limit(SEEDS);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void collectsDependentsOfCustomOwners(long seed) throws Exception {
    try (var cluster = started(seed)) {
      var client = cluster.client();
      var owner = client.create(WIDGETS, widget("owner"));
      client.create(WIDGETS, ownedBy(owner, widget("dependent")));
      client.create(ConfigMap.RESOURCE, ownedBy(owner, configMap("built-in")));
      client.create(WIDGETS, widget("stranger"));

      client.delete(WIDGETS, OWNER, DeleteOptions.EMPTY);
      cluster.runUntil(
          "the dependents are gone",
          () ->
              isGone(client, WIDGETS, "dependent")
                  && isGone(client, ConfigMap.RESOURCE, "built-in"),
          PATIENCE);
      assertThat(client.find(WIDGETS, new ObjectKey("shop", "stranger"))).isPresent();
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void leavesOrphansBehindWhenAsked(long seed) throws Exception {
    try (var cluster = started(seed)) {
      var client = cluster.client();
      var owner = client.create(WIDGETS, widget("owner"));
      client.create(WIDGETS, ownedBy(owner, widget("dependent")));

      client.delete(WIDGETS, OWNER, DeleteOptions.EMPTY.withPropagationPolicy("Orphan"));
      cluster.runUntil("the owner is gone", () -> isGone(client, WIDGETS, "owner"), PATIENCE);
      var orphan = client.get(WIDGETS, new ObjectKey("shop", "dependent"));
      assertThat(orphan.metadata().ownerReferences()).isEmpty();
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void emptiesNamespacesOfCustomObjects(long seed) throws Exception {
    try (var cluster = started(seed)) {
      var client = cluster.client();
      client.create(WIDGETS, widget("one"));

      client.delete(Namespace.RESOURCE, ObjectKey.clusterScoped("shop"), DeleteOptions.EMPTY);
      cluster.runUntil(
          "the namespace is gone",
          () -> client.find(Namespace.RESOURCE, ObjectKey.clusterScoped("shop")).isEmpty(),
          PATIENCE);
      assertThat(client.find(WIDGETS, new ObjectKey("shop", "one"))).isEmpty();
    }
  }

  private static SimulatedCluster started(long seed) throws InterruptedException {
    var cluster = SimulatedCluster.seeded(seed).with(Faults.MANY);
    var client = cluster.client();
    client.create(
        Namespace.RESOURCE, Namespace.EMPTY.withMetadata(ObjectMeta.EMPTY.withName("shop")));
    client.create(CustomResourceDefinition.RESOURCE, definition());
    cluster.runUntil("the kind is served", () -> isServed(client), PATIENCE);
    return cluster;
  }

  private static boolean isServed(Client client) throws InterruptedException {
    var name = ObjectKey.clusterScoped("widgets.example.com");
    return client.get(CustomResourceDefinition.RESOURCE, name).status().conditions().stream()
        .anyMatch(
            condition ->
                condition.type().equals("Established") && condition.status().equals("True"));
  }

  private static CustomResourceDefinition definition() {
    var yaml =
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: widgets.example.com}
        spec:
          group: example.com
          scope: Namespaced
          names: {plural: widgets, kind: Widget}
          versions:
          - name: v1
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object}}
        """;
    return CustomResourceDefinition.CODEC.fromTree(
        Yaml.parse(yaml.getBytes(StandardCharsets.UTF_8)));
  }

  private static Unstructured widget(String name) {
    return Unstructured.named(KIND, "shop", name);
  }

  private static ConfigMap configMap(String name) {
    return ConfigMap.EMPTY.withMetadata(ObjectMeta.EMPTY.withNamespace("shop").withName(name));
  }

  @SuppressWarnings("unchecked") // withMetadata gives the object's own type.
  private static <T extends KubernetesObject> T ownedBy(Unstructured owner, T object) {
    var reference =
        OwnerReference.EMPTY
            .withApiVersion(owner.apiVersion())
            .withKind(owner.kind())
            .withName(owner.metadata().name())
            .withUid(owner.metadata().uid());
    return (T) object.withMetadata(object.metadata().withOwnerReferences(List.of(reference)));
  }

  private static boolean isGone(Client client, ResourceType<?> type, String name)
      throws InterruptedException {
    return client.find(type, new ObjectKey("shop", name)).isEmpty();
  }
}
