package io.kubejar.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.PersistentVolumeClaimSpec;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.api.core.v1.ServicePort;
import io.kubejar.api.core.v1.VolumeResourceRequirements;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.client.HttpApiClient;
import io.kubejar.client.ListOptions;
import io.kubejar.client.Patch;
import io.kubejar.client.ThreadedRuntime;
import io.kubejar.client.WatchEvent;
import io.kubejar.client.WatchOptions;
import io.kubejar.controlplane.ControlPlane;
import io.kubejar.controlplane.ControlPlaneOptions;
import io.kubejar.controlplane.pki.ClusterPki;
import io.kubejar.controlplane.pki.KeyStorage;
import io.kubejar.storage.MemoryStore;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The same parts as in the simulations, but with threads, real time, TLS and everybody's own
/// rights.
@Timeout(120)
class ControlPlaneOverHttpTest {
  private static final Map<String, String> LABELS = Map.of("app", "web");
  private static final ObjectKey WEB = new ObjectKey("team", "web");
  private static final ObjectKey TEAM = ObjectKey.clusterScoped("team");

  private final RealClock clock = new RealClock();
  private final MemoryStore store = new MemoryStore(clock);
  private final List<RuntimeException> faults = new CopyOnWriteArrayList<>();
  private ControlPlane controlPlane;
  private HttpApiClient client;
  private ThreadedRuntime nodes;

  @BeforeEach
  void start() throws Exception {
    var pki = ClusterPki.open(KeyStorage.inMemory(), clock);
    controlPlane =
        ControlPlane.start(ControlPlaneOptions.of(store, clock, new Random(), pki), faults::add);
    client = new HttpApiClient(controlPlane.administrator("test").access("test"), clock);
    nodes = new ThreadedRuntime(client, clock, new Random(), faults::add);
    SimulatedKubelet.install(nodes, "node");
    nodes.start();
  }

  @AfterEach
  void stop() throws Exception {
    nodes.close();
    client.close();
    controlPlane.stop();
    store.close();
    clock.close();
    assertThat(faults).isEmpty();
  }

  @Test
  void aDeploymentComesUpBehindItsServiceRollsAndGoesWithItsNamespace() throws Exception {
    client.create(Namespace.RESOURCE, Namespace.EMPTY.withMetadata(named("", "team")));
    await(ServiceAccount.RESOURCE, it -> key(it).equals(new ObjectKey("team", "default")));
    await(Node.RESOURCE, node -> node.spec().taints().isEmpty());
    client.create(Deployment.RESOURCE, deployment("one"));
    client.create(Service.RESOURCE, service());
    await(Deployment.RESOURCE, ControlPlaneOverHttpTest::isComplete);
    await(
        EndpointSlice.RESOURCE,
        slice ->
            slice.metadata().namespace().equals("team")
                && slice.endpoints().size() == 3
                && slice.endpoints().stream()
                    .allMatch(it -> Boolean.TRUE.equals(it.conditions().ready())));

    var known = client.get(Deployment.RESOURCE, WEB);
    client.update(Deployment.RESOURCE, known.withSpec(known.spec().withTemplate(template("two"))));
    await(Deployment.RESOURCE, it -> it.metadata().generation() > 1 && isComplete(it));
    assertThat(client.list(Pod.RESOURCE, ListOptions.inNamespace("team")).items())
        .filteredOn(pod -> pod.metadata().deletionTimestamp() == null)
        .hasSize(3)
        .allMatch(pod -> pod.spec().containers().getFirst().image().equals("two"));

    try (var watch =
        client.watch(Namespace.RESOURCE, WatchOptions.after(ListOptions.ALL, version()))) {
      client.delete(Namespace.RESOURCE, TEAM, DeleteOptions.EMPTY);
      while (!(watch.take() instanceof WatchEvent.Deleted<Namespace>)) {
        // Its status changes first.
      }
    }
    assertThat(client.list(Pod.RESOURCE, ListOptions.inNamespace("team")).items()).isEmpty();
    assertThat(client.find(Deployment.RESOURCE, WEB)).isEmpty();
  }

  @Test
  void aStatefulSetGivesUpTheClaimsOfMembersThatAreTooMany() throws Exception {
    client.create(Namespace.RESOURCE, Namespace.EMPTY.withMetadata(named("", "team")));
    await(ServiceAccount.RESOURCE, it -> key(it).equals(new ObjectKey("team", "default")));
    await(Node.RESOURCE, node -> node.spec().taints().isEmpty());
    client.create(StatefulSet.RESOURCE, statefulSet());
    await(StatefulSet.RESOURCE, it -> it.status().availableReplicas() == 2);
    var claims = client.list(PersistentVolumeClaim.RESOURCE, ListOptions.inNamespace("team"));
    assertThat(claims.items())
        .extracting(it -> it.metadata().name())
        .containsExactly("data-web-0", "data-web-1");

    try (var watch =
        client.watch(
            PersistentVolumeClaim.RESOURCE,
            WatchOptions.after(ListOptions.inNamespace("team"), claims.resourceVersion()))) {
      var scale = "{\"spec\":{\"replicas\":1}}";
      client.patch(StatefulSet.RESOURCE, WEB, Patch.merge(scale));
      while (true) {
        if (watch.take() instanceof WatchEvent.Deleted<PersistentVolumeClaim>(var gone)) {
          assertThat(gone.metadata().name()).isEqualTo("data-web-1");
          break; // Its owner changes first.
        }
      }
    }
    assertThat(client.find(PersistentVolumeClaim.RESOURCE, new ObjectKey("team", "data-web-0")))
        .isPresent();
  }

  private static StatefulSet statefulSet() {
    var claim =
        PersistentVolumeClaim.EMPTY
            .withMetadata(ObjectMeta.EMPTY.withName("data"))
            .withSpec(
                PersistentVolumeClaimSpec.EMPTY
                    .withAccessModes(List.of("ReadWriteOnce"))
                    .withResources(
                        VolumeResourceRequirements.EMPTY.withRequests(
                            Map.of("storage", Quantity.parse("1Gi")))));
    return StatefulSet.EMPTY
        .withMetadata(named("team", "web"))
        .withSpec(
            StatefulSet.EMPTY.spec().toBuilder()
                .replicas(2)
                .selector(LabelSelector.EMPTY.withMatchLabels(LABELS))
                .template(template("one"))
                .volumeClaimTemplates(List.of(claim))
                .persistentVolumeClaimRetentionPolicy(
                    StatefulSetPersistentVolumeClaimRetentionPolicy.EMPTY
                        .withWhenDeleted("Retain")
                        .withWhenScaled("Delete"))
                .build());
  }

  private String version() throws InterruptedException {
    return client.list(Namespace.RESOURCE, ListOptions.ALL).resourceVersion();
  }

  /// Waits until some object of the kind is as wanted.
  private <T extends KubernetesObject> void await(ResourceType<T> type, Predicate<T> wanted)
      throws InterruptedException {
    var list = client.list(type, ListOptions.ALL);
    if (list.items().stream().anyMatch(wanted)) {
      return;
    }
    try (var watch =
        client.watch(type, WatchOptions.after(ListOptions.ALL, list.resourceVersion()))) {
      while (true) {
        switch (watch.take()) {
          case WatchEvent.Added<T>(var object) when wanted.test(object) -> {
            return;
          }
          case WatchEvent.Modified<T>(var object) when wanted.test(object) -> {
            return;
          }
          case WatchEvent.Failed<T>(var status) -> throw new AssertionError(status.message());
          case WatchEvent.Closed<T>() -> throw new AssertionError("closed");
          default -> {
            // Not yet.
          }
        }
      }
    }
  }

  private static boolean isComplete(Deployment deployment) {
    var status = deployment.status();
    return status.observedGeneration() == deployment.metadata().generation()
        && status.replicas() == 3
        && status.updatedReplicas() == 3
        && status.availableReplicas() == 3;
  }

  private static ObjectKey key(KubernetesObject object) {
    return ObjectKey.of(object);
  }

  private static ObjectMeta named(String namespace, String name) {
    return ObjectMeta.EMPTY.withNamespace(namespace).withName(name);
  }

  private static Deployment deployment(String image) {
    return Deployment.EMPTY
        .withMetadata(named("team", "web"))
        .withSpec(
            Deployment.EMPTY.spec().toBuilder()
                .replicas(3)
                .selector(LabelSelector.EMPTY.withMatchLabels(LABELS))
                .template(template(image))
                .build());
  }

  private static PodTemplateSpec template(String image) {
    return PodTemplateSpec.EMPTY
        .withMetadata(ObjectMeta.EMPTY.withLabels(LABELS))
        .withSpec(
            PodTemplateSpec.EMPTY
                .spec()
                .withContainers(List.of(Container.EMPTY.withName("main").withImage(image))));
  }

  private static Service service() {
    return Service.EMPTY
        .withMetadata(named("team", "web"))
        .withSpec(
            Service.EMPTY
                .spec()
                .withSelector(LABELS)
                .withPorts(List.of(ServicePort.EMPTY.withPort(80))));
  }
}
