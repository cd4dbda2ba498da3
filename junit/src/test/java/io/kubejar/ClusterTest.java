package io.kubejar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.core.v1.Event;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.client.HttpApiClient;
import io.kubejar.client.Kubeconfig;
import io.kubejar.client.ListOptions;
import io.kubejar.client.WatchEvent;
import io.kubejar.client.WatchOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClusterTest {
  private static final ObjectKey WEB = new ObjectKey("default", "web");
  private static final Instant NEW_YEAR = Instant.parse("2031-01-01T00:00:00Z");

  @Test
  void aDeploymentIsUpWhenTheClusterIsAtRest() throws Exception {
    try (var cluster = Cluster.builder().nodes(3).start()) {
      cluster.apply(deployment(3));
      cluster.settle();

      var client = cluster.inProcessClient();
      assertThat(client.get(Deployment.RESOURCE, WEB).status().readyReplicas()).isEqualTo(3);
      assertThat(client.list(Node.RESOURCE, ListOptions.ALL).items()).hasSize(3);
      assertThat(client.list(Pod.RESOURCE, ListOptions.ALL).items())
          .hasSize(3)
          .allMatch(pod -> pod.status().phase().equals("Running"));
    }
  }

  @Test
  void aKubeconfigOpensTheRealServerAndAUserWithoutRightsIsRefused() throws Exception {
    try (var cluster = Cluster.start();
        var clock = new RealClock();
        var admin = client(cluster.kubeconfig(), clock);
        var guest = client(cluster.kubeconfig("guest", "guests"), clock)) {
      assertThat(cluster.kubeconfig()).contains(cluster.url());
      assertThat(admin.list(Node.RESOURCE, ListOptions.ALL).items()).hasSize(1);
      assertThatThrownBy(() -> guest.list(Node.RESOURCE, ListOptions.ALL))
          .isInstanceOf(ApiException.class)
          .hasMessageContaining("User \"guest\" cannot list resource \"nodes\"");
    }
  }

  @Test
  void eventsExpireWithinMomentsWhenTheirHourIsSkipped() throws Exception {
    try (var cluster = Cluster.builder().startingAt(NEW_YEAR).frozen().start()) {
      var client = cluster.inProcessClient();
      cluster.apply(deployment(2));
      cluster.settle();
      assertThat(client.list(Event.RESOURCE, ListOptions.inNamespace("default")).items())
          .isNotEmpty();
      assertThat(cluster.clock().instant()).isEqualTo(NEW_YEAR);

      cluster.clock().advance(Duration.ofHours(2));

      assertThat(client.list(Event.RESOURCE, ListOptions.inNamespace("default")).items()).isEmpty();
      assertThat(client.get(Deployment.RESOURCE, WEB).status().readyReplicas()).isEqualTo(2);
      assertThat(cluster.clock().instant()).isEqualTo(NEW_YEAR.plus(Duration.ofHours(2)));
    }
  }

  @Test
  void aForkStartsWhereTheClusterIsAndGoesItsOwnWay() throws Exception {
    try (var cluster = Cluster.builder().startingAt(NEW_YEAR).frozen().start()) {
      cluster.apply(deployment(2));
      cluster.settle();
      try (var fork = cluster.fork()) {
        fork.apply(deployment(5));
        fork.clock().advance(Duration.ofMinutes(1));
        cluster.settle();

        assertThat(ready(fork)).isEqualTo(5);
        assertThat(ready(cluster)).isEqualTo(2);
        assertThat(cluster.clock().instant()).isEqualTo(NEW_YEAR);
        assertThat(fork.url()).isNotEqualTo(cluster.url());
      }
      assertThat(ready(cluster)).isEqualTo(2);
    }
  }

  @Test
  void whoWatchesARestoredClusterIsToldToReadAgain() throws Exception {
    try (var cluster = Cluster.builder().startingAt(NEW_YEAR).frozen().start();
        var clock = new RealClock()) {
      cluster.apply(deployment(1));
      cluster.settle();
      var before = cluster.snapshot();
      var kubeconfig = cluster.kubeconfig();
      cluster.apply(deployment(4));
      cluster.clock().advance(Duration.ofMinutes(10));
      assertThat(ready(cluster)).isEqualTo(4);

      String seen;
      try (var client = client(kubeconfig, clock)) {
        seen = client.list(Pod.RESOURCE, ListOptions.ALL).resourceVersion();
      }
      cluster.restore(before);

      assertThat(ready(cluster)).isEqualTo(1);
      assertThat(cluster.clock().instant()).isEqualTo(NEW_YEAR);
      assertThat(cluster.kubeconfig()).isEqualTo(kubeconfig);
      try (var client = client(kubeconfig, clock)) {
        assertThatThrownBy(
                () -> {
                  try (var watch =
                      client.watch(Pod.RESOURCE, WatchOptions.after(ListOptions.ALL, seen))) {
                    if (watch.take() instanceof WatchEvent.Failed<Pod>(var status)) {
                      throw new ApiException(status);
                    }
                  }
                })
            .isInstanceOfSatisfying(ApiException.class, it -> assertThat(it.code()).isEqualTo(410));
        assertThat(client.list(Pod.RESOURCE, ListOptions.ALL).items()).hasSize(1);
      }
    }
  }

  @Test
  void customKindsCanBeUsedInTheSameManifest() throws Exception {
    try (var cluster =
        Cluster.builder()
            .frozen()
            .manifests(
                """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: ships.sea.example}
                spec:
                  group: sea.example
                  names: {kind: Ship, plural: ships, singular: ship}
                  scope: Namespaced
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    schema:
                      openAPIV3Schema:
                        type: object
                        properties: {spec: {type: object, properties: {sails: {type: integer}}}}
                ---
                apiVersion: sea.example/v1
                kind: Ship
                metadata: {name: beagle}
                spec: {sails: 3}
                """)
            .start()) {
      assertThatThrownBy(
              () ->
                  cluster.apply(
                      """
                      {"apiVersion": "sea.example/v1", "kind": "Ship",
                       "metadata": {"name": "ark"}, "spec": {"sails": "none"}}
                      """))
          .isInstanceOf(ApiException.class)
          .hasMessageContaining("spec.sails");
    }
  }

  @Test
  void withoutControllersNothingFollowsFromADeployment() throws Exception {
    try (var cluster =
        Cluster.builder().controllers("*", "-deployment-controller").scheduler(false).start()) {
      cluster.apply(deployment(1));
      cluster.settle();

      assertThat(cluster.inProcessClient().list(Pod.RESOURCE, ListOptions.ALL).items()).isEmpty();
    }
  }

  private static int ready(Cluster cluster) throws InterruptedException {
    return cluster.inProcessClient().get(Deployment.RESOURCE, WEB).status().readyReplicas();
  }

  private static HttpApiClient client(String kubeconfig, RealClock clock) throws Exception {
    return new HttpApiClient(
        Kubeconfig.parse(kubeconfig, Path.of("")).access("ClusterTest"), clock);
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
