package io.kubejar;

import static io.kubejar.Workloads.pod;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.Event;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.NodeCondition;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.client.ListOptions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Pods and nodes that follow stages, of the shapes that KWOK's default stages have.
@Timeout(60)
class ClusterStagesTest {
  private static final Instant NEW_YEAR = Instant.parse("2031-01-01T00:00:00Z");
  private static final String FAST = "io/kubejar/stages/pod-fast.yaml";
  private static final String GENERAL = "io/kubejar/stages/pod-general.yaml";
  private static final String NODES = "io/kubejar/stages/node.yaml";

  @Test
  void fastPodsAreReadyAtOnceAndGoAtOnce() throws Exception {
    try (var cluster = cluster(FAST)) {
      cluster.apply(pod("web", "Always"));
      cluster.settle();
      var pod = only(cluster);
      assertThat(pod.status().phase()).isEqualTo("Running");
      assertThat(Workloads.isReady(pod)).isTrue();
      assertThat(pod.status().podIP()).startsWith("10.");
      assertThat(pod.status().startTime()).isEqualTo(NEW_YEAR);
      assertThat(pod.status().containerStatuses())
          .singleElement()
          .returns("main", it -> it.name())
          .returns(true, it -> it.ready());

      cluster.pods().evict();
      cluster.settle();
      assertThat(cluster.pods().list()).isEmpty();
    }
  }

  @Test
  void fastPodsOfJobsEndWell() {
    try (var cluster =
        Cluster.builder()
            .frozen()
            .controllers("*", "-garbage-collector-controller") // There is no such Job.
            .manifestsOnClassPath(FAST)
            .start()) {
      cluster.apply(
          pod("work", "Never")
              .replace(
                  "labels:",
                  "ownerReferences: [{apiVersion: batch/v1, kind: Job, name: j, uid: u}],"
                      + " labels:"));
      cluster.settle();

      assertThat(only(cluster).status().phase()).isEqualTo("Succeeded");
    }
  }

  @Test
  void generalPodsGoThroughTheirStagesInTheTimeThatTheyTake() throws Exception {
    try (var cluster = cluster(GENERAL)) {
      cluster.apply(
          pod("web", "Always")
              .replace("labels:", "annotations: {create.stage/delay: 20s}, labels:"));
      cluster.settle();
      assertThat(only(cluster).status().podIP()).isEmpty();

      cluster.clock().advance(ofSeconds(20));
      var created = only(cluster);
      assertThat(created.status().phase()).isEqualTo("Pending");
      assertThat(created.metadata().finalizers()).containsExactly("kwok.x-k8s.io/fake");
      assertThat(created.status().conditions())
          .anyMatch(
              it ->
                  it.type().equals("Ready")
                      && it.message().equals("containers with unready status: [ main ]"));
      assertThat(events(cluster)).extracting(Event::reason).contains("Created");

      cluster.clock().advance(ofSeconds(6)); // At least one second, at most six.
      var running = only(cluster);
      assertThat(running.status().phase()).isEqualTo("Running");
      assertThat(Workloads.isReady(running)).isTrue();
      assertThat(running.status().podIP()).isEqualTo(created.status().podIP());

      cluster.pods().evict();
      cluster.clock().advance(ofSeconds(40));
      assertThat(cluster.pods().list()).isEmpty();
    }
  }

  @Test
  void nodesBecomeReadyAndBeatAsTheirStagesSay() throws Exception {
    try (var cluster = cluster(NODES)) {
      cluster.apply("{apiVersion: v1, kind: Node, metadata: {name: extra}}");
      cluster.settle();
      var ready = ready(cluster);
      assertThat(ready).returns("True", NodeCondition::status);
      assertThat(ready).returns(NEW_YEAR, NodeCondition::lastHeartbeatTime);
      assertThat(node(cluster).status().capacity()).containsKey("cpu");

      cluster.clock().advance(ofSeconds(25)); // Twenty seconds, and at most five by chance.
      assertThat(ready(cluster).lastHeartbeatTime())
          .isBetween(NEW_YEAR.plusSeconds(20), NEW_YEAR.plusSeconds(25));
    }
  }

  @Test
  void amongSeveralStagesTheWeightsDecide() {
    try (var cluster = cluster(FAST)) {
      for (var name : List.of("aa-never", "zz-never")) {
        cluster.apply(
            """
            apiVersion: kwok.x-k8s.io/v1alpha1
            kind: Stage
            metadata: {name: %s}
            spec:
              resourceRef: {apiGroup: v1, kind: Pod}
              weight: 0
              selector: {matchExpressions: [{key: .status.podIP, operator: DoesNotExist}]}
              next: {statusTemplate: "reason: Wrong"}
            """
                .formatted(name));
      }
      cluster.settle();
      cluster.apply(pod("web", "Always"));
      cluster.settle();

      assertThat(only(cluster).status())
          .returns("Running", it -> it.phase())
          .returns("", it -> it.reason());
    }
  }

  @Test
  void aStageWithAnUnknownFunctionIsReportedAndNotFollowed() throws Exception {
    try (var cluster = Cluster.builder().startingAt(NEW_YEAR).frozen().start()) {
      cluster.apply(
          """
          apiVersion: kwok.x-k8s.io/v1alpha1
          kind: Stage
          metadata: {name: broken}
          spec:
            resourceRef: {apiGroup: v1, kind: Pod}
            next: {statusTemplate: "reason: {{ Nonsense }}"}
          """);
      cluster.apply(pod("web", "Always"));
      cluster.settle();

      assertThat(events(cluster))
          .filteredOn(it -> it.involvedObject().kind().equals("Stage"))
          .singleElement()
          .returns("InvalidStage", Event::reason)
          .returns("function \"Nonsense\" not defined", Event::message);
      assertThat(Workloads.isReady(only(cluster))).isTrue();
    }
  }

  private static Cluster cluster(String stages) {
    return Cluster.builder()
        .startingAt(NEW_YEAR)
        .frozen()
        .seed(7)
        .manifestsOnClassPath(stages)
        .start();
  }

  private static Pod only(Cluster cluster) {
    return cluster.pods().list().getFirst();
  }

  private static Node node(Cluster cluster) throws InterruptedException {
    return cluster.inProcessClient().get(Node.RESOURCE, ObjectKey.clusterScoped("extra"));
  }

  private static NodeCondition ready(Cluster cluster) throws InterruptedException {
    return node(cluster).status().conditions().stream()
        .filter(it -> it.type().equals("Ready"))
        .findFirst()
        .orElse(NodeCondition.EMPTY);
  }

  private static List<Event> events(Cluster cluster) throws InterruptedException {
    return cluster.inProcessClient().list(Event.RESOURCE, ListOptions.ALL).items();
  }
}
