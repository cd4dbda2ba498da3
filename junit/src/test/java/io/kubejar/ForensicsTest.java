package io.kubejar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.ObjectDifference.FieldDifference;
import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.client.Client;
import io.kubejar.client.HttpApiClient;
import io.kubejar.client.ListOptions;
import io.kubejar.client.Patch;
import io.kubejar.client.WatchOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ForensicsTest {
  private static final ObjectKey WEB = new ObjectKey("default", "web");
  private static final ObjectKey MAP = new ObjectKey("default", "map");

  private final Cluster cluster = Cluster.builder().frozen().start();
  private final RealClock clock = new RealClock();

  @AfterEach
  void close() {
    clock.close();
    cluster.close();
  }

  @Test
  void everyRequestIsKnownWithItsCallerAndItsOutcome() throws Exception {
    try (var admin = client(cluster, cluster.kubeconfig());
        var guest = client(cluster, cluster.kubeconfig("guest"))) {
      put(admin, "1");
      put(admin, "1");
      assertThatThrownBy(() -> guest.list(Node.RESOURCE, ListOptions.ALL))
          .isInstanceOf(ApiException.class);
    }

    var writes = cluster.requests().fromOutside().byUserAgent("ForensicsTest").writes();
    assertThat(writes).extracting(ApiRequest::code).containsExactly(201, 200);
    assertThat(writes).extracting(ApiRequest::changed).containsExactly(true, false);
    assertThat(writes.all().getFirst().target()).hasToString("patch configmaps default/map");
    assertThat(cluster.requests().byUser("guest").failed())
        .extracting(ApiRequest::toString)
        .hasSize(1)
        .first()
        .asString()
        .contains("403 list nodes", "by guest (ForensicsTest");
  }

  @Test
  void requestsOfControllersAreKnownToo() {
    cluster.apply(deployment(2));
    cluster.settle();

    assertThat(cluster.requests().byUserAgent("replicaset").resource("pods").verb("create"))
        .hasSize(2)
        .allMatch(ApiRequest::changed);
    assertThat(cluster.requests().resource("pods/binding"))
        .hasSize(2)
        .allMatch(request -> request.user().equals("system:kube-scheduler"));
  }

  @Test
  void anObjectHasAHistoryBeyondItsEnd() throws Exception {
    var client = cluster.inProcessClient();
    put(client, "1");
    put(client, "2");
    client.delete(ConfigMap.RESOURCE, MAP, DeleteOptions.EMPTY);

    var history = cluster.history("ConfigMap", "default", "map");

    assertThat(history)
        .extracting(ObjectRevision::change)
        .containsExactly(ChangeKind.ADDED, ChangeKind.MODIFIED, ChangeKind.DELETED);
    assertThat(history)
        .extracting(state -> state.object().content().object("data").text("key"))
        .containsExactly("1", "2", "2");
    assertThat(history).extracting(ObjectRevision::revision).isSorted();
    assertThat(cluster.history("nodes", "", "node-0").getFirst().object().kind()).isEqualTo("Node");
  }

  @Test
  void revisionsDifferInTheFieldsThatChanged() throws Exception {
    var client = cluster.inProcessClient();
    put(client, "1");
    long before = cluster.revision();
    put(client, "2");
    cluster.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: other}}");

    assertThat(cluster.diff(before, cluster.revision()))
        .containsExactly(
            new ObjectDifference(
                ChangeKind.MODIFIED,
                "ConfigMap",
                "default",
                "map",
                List.of(new FieldDifference(".data.key", "\"1\"", "\"2\""))),
            new ObjectDifference(ChangeKind.ADDED, "ConfigMap", "default", "other", List.of()));
    assertThat(cluster.diff(cluster.revision(), before))
        .extracting(ObjectDifference::change)
        .containsExactly(ChangeKind.MODIFIED, ChangeKind.DELETED);
  }

  @Test
  void fieldsHaveOwners() {
    cluster.apply(deployment(1));
    cluster.settle();

    var owners = cluster.fieldOwners("deployments.apps", "default", "web");

    assertThat(owners.of("spec.replicas"))
        .extracting(FieldOwners.Owner::manager)
        .containsExactly("kubejar");
    assertThat(owners.of("spec.selector.matchLabels.app"))
        .extracting(FieldOwners.Owner::manager)
        .containsExactly("kubejar");
    assertThat(owners.of("status.readyReplicas"))
        .extracting(FieldOwners.Owner::subresource)
        .containsExactly("status");
    assertThat(owners.of("spec.paused")).isEmpty();
  }

  @Test
  void aClusterIsQuietOnceItsDeploymentIsUp() {
    cluster.apply(deployment(2));
    cluster.settle();

    cluster.assertQuiescent(Duration.ofHours(1));
  }

  @Test
  void aDeadlineThatPassesIsNoRest() {
    cluster.apply(
        deployment(1).replace("image: web", "image: web, resources: {requests: {cpu: 1000}}"));

    assertThatThrownBy(() -> cluster.assertQuiescent(Duration.ofHours(1)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("update deployments/status.apps default/web");
  }

  @Test
  void whoWritesTheSameForEverIsFound() throws Exception {
    cluster.apply(deployment(20));
    cluster.settle();
    cluster.clock().advance(Duration.ofHours(1));
    assertThatCode(cluster::assertNoHotLoop).doesNotThrowAnyException();

    var client = cluster.inProcessClient();
    for (int i = 0; i < 12; i++) {
      put(client, "always");
    }

    assertThatThrownBy(cluster::assertNoHotLoop)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("changed nothing")
        .hasMessageContaining("patch configmaps default/map");
  }

  @Test
  void whoWritesTooOftenIsFoundButNotWhenItTakesHours() throws Exception {
    var client = cluster.inProcessClient();
    for (int i = 0; i < 101; i++) {
      put(client, "slow " + i);
      cluster.clock().advance(Duration.ofMinutes(1));
    }
    assertThatCode(cluster::assertNoHotLoop).doesNotThrowAnyException();

    for (int i = 0; i < 101; i++) {
      put(client, "fast " + i);
    }
    assertThatThrownBy(cluster::assertNoHotLoop).hasMessageContaining("101 writes in a minute");
  }

  @Test
  void recordedRolesAllowWhatWasDoneAndNothingElse() throws Exception {
    String roles;
    try (var recording = cluster.fork();
        var master = client(recording, recording.kubeconfig("robot", "system:masters"))) {
      work(master);
      roles = recording.recordedRbac("robot");
    }
    try (var robot = client(cluster, cluster.kubeconfig("robot"))) {
      assertThatThrownBy(() -> work(robot)).hasMessageContaining("cannot");
      cluster.apply(roles);

      work(robot);

      assertThat(cluster.requests().byUser("robot").code(403)).hasSize(1);
      assertThatThrownBy(() -> robot.get(Pod.RESOURCE, new ObjectKey("default", "any")))
          .hasMessageContaining("cannot get resource \"pods\"");
      assertThatThrownBy(() -> robot.list(ConfigMap.RESOURCE, ListOptions.inNamespace("other")))
          .hasMessageContaining("cannot list resource \"configmaps\"");
    }
    assertThat(roles).contains("kind: ClusterRole\n", "kind: RoleBinding\n");
  }

  /// Something of everything: all namespaces and one, what has none, subresources, an apply that
  /// makes something.
  private static void work(Client client) throws Exception {
    client.list(Node.RESOURCE, ListOptions.ALL);
    put(client, "1");
    client.list(ConfigMap.RESOURCE, ListOptions.inNamespace("default"));
    client.watch(Deployment.RESOURCE, WatchOptions.withInitialEvents(ListOptions.ALL)).close();
    assertThatThrownBy(() -> client.get(Deployment.RESOURCE, WEB))
        .hasMessageContaining("not found");
    client.delete(ConfigMap.RESOURCE, MAP, DeleteOptions.EMPTY);
  }

  private static void put(Client client, String value) throws InterruptedException {
    var json =
        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"data\":{\"key\":\"" + value + "\"}}";
    client.patch(ConfigMap.RESOURCE, MAP, Patch.apply(json, "test", true));
  }

  private HttpApiClient client(Cluster of, String kubeconfig) throws Exception {
    assertThat(of.url()).isNotEmpty();
    return new HttpApiClient(
        io.kubejar.client.Kubeconfig.parse(kubeconfig, Path.of("")).access("ForensicsTest"), clock);
  }

  private static String deployment(int replicas) {
    return """
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec:
      replicas: %d
      selector: {matchLabels: {app: web}}
      template:
        metadata: {labels: {app: web}}
        spec: {containers: [{name: main, image: web}]}
    """
        .formatted(replicas);
  }
}
