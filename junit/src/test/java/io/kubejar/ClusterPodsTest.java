package io.kubejar;

import static io.kubejar.Workloads.container;
import static io.kubejar.Workloads.deployment;
import static io.kubejar.Workloads.pod;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ClusterPodsTest {
  private static final ObjectKey WEB = new ObjectKey("default", "web");

  @Test
  void aContainerThatCrashesAtOnceIsRestartedSeventeenTimesInAnHour() {
    try (var cluster = Cluster.builder().frozen().start()) {
      cluster.pods("app=web").crashAfter(ofSeconds(1)).exitWith(3);
      cluster.apply(pod("web", "Always"));

      cluster.clock().advance(ofHours(1));

      // After 0, 10, 20, 40, 80, 160 seconds, then every five minutes: see PodLifeTest.
      var status = container(cluster.pods().list());
      assertThat(status.restartCount()).isEqualTo(16);
      var uid = cluster.pods().list().getFirst().metadata().uid();
      assertThat(status.state().waiting())
          .returns("CrashLoopBackOff", it -> it.reason())
          .returns(
              "back-off 5m0s restarting failed container=main pod=web_default(" + uid + ")",
              it -> it.message());
      assertThat(status.lastState().terminated()).returns(3, it -> it.exitCode());
      assertThat(cluster.pods().list().getFirst().status().phase()).isEqualTo("Running");
    }
  }

  @Test
  void afterAsManyCrashesAsItShallHaveItRuns() {
    try (var cluster = Cluster.builder().frozen().start()) {
      cluster.pods().named("w?b*").crashAfter(ofSeconds(5)).times(2);
      cluster.apply(pod("web", "Always"));

      cluster.clock().advance(ofMinutes(1));

      assertThat(container(cluster.pods().list()))
          .returns(2, it -> it.restartCount())
          .returns(true, it -> it.ready());
    }
  }

  @Test
  void aVersionThatNeverBecomesReadyMissesItsDeadlineAndTheOldOneStays() throws Exception {
    try (var cluster = Cluster.builder().frozen().manifests(deployment(4, "one")).start()) {
      cluster.pods("version=two").neverBecomeReady();
      cluster.apply(deployment(4, "two"));

      cluster.clock().advance(ofSeconds(119));
      assertThat(progressing(cluster)).isEqualTo("ReplicaSetUpdated");
      cluster.clock().advance(ofSeconds(5));

      assertThat(progressing(cluster)).isEqualTo("ProgressDeadlineExceeded");
      assertThat(cluster.pods("version=one").list()).hasSize(3).allMatch(Workloads::isReady);
      assertThat(cluster.pods("version=two").list()).hasSize(2).noneMatch(Workloads::isReady);

      cluster.pods("version=two").becomeReadyAfter(ofSeconds(10));
      cluster.clock().advance(ofMinutes(1));

      assertThat(progressing(cluster)).isEqualTo("NewReplicaSetAvailable");
      assertThat(cluster.pods("version=one").list()).isEmpty();
    }
  }

  @Test
  void podsStartAndBecomeReadyWhenTheScriptSaysSo() {
    try (var cluster = Cluster.builder().frozen().start()) {
      cluster
          .pods()
          .inNamespace("default")
          .startAfter(ofSeconds(5))
          .becomeReadyAfter(ofSeconds(20));
      cluster.apply(pod("web", "Always"));
      cluster.settle();
      assertThat(cluster.pods().list()).allMatch(it -> it.status().phase().equals("Pending"));

      cluster.clock().advance(ofSeconds(24));
      assertThat(cluster.pods().list())
          .allMatch(it -> it.status().phase().equals("Running"))
          .noneMatch(Workloads::isReady);

      cluster.clock().advance(ofSeconds(1));
      assertThat(cluster.pods().list()).allMatch(Workloads::isReady);
    }
  }

  @Test
  void theLastScriptThatMatchesWinsAndHoldsForLivingPodsAtOnce() {
    try (var cluster = Cluster.builder().frozen().start()) {
      cluster.apply(pod("web", "Always"));
      cluster.apply(pod("db", "Always"));
      cluster.settle();

      cluster.pods().neverBecomeReady();
      cluster.pods("app=web").becomeReadyAfter(ofSeconds(0));
      cluster.settle();
      assertThat(cluster.pods("app=web").list()).allMatch(Workloads::isReady);
      assertThat(cluster.pods("app=db").list()).noneMatch(Workloads::isReady);

      cluster.pods().asUsual(); // Written later than the others, so it holds for all.
      cluster.pods("app=db").inNamespace("elsewhere").neverBecomeReady();
      cluster.settle();
      assertThat(cluster.pods().list()).hasSize(2).allMatch(Workloads::isReady);
    }
  }

  @Test
  void aPodThatIsNotRestartedEndsWithTheExitCodeOfTheScript() {
    try (var cluster = Cluster.builder().frozen().start()) {
      cluster.pods("app=bad").finishAfter(ofSeconds(30)).exitWith(42);
      cluster.apply(pod("bad", "Never"));
      cluster.apply(pod("good", "OnFailure"));
      cluster.apply(pod("endless", "Never"));
      cluster.pods("app=endless").runUntilDeleted();

      cluster.clock().advance(ofSeconds(29));
      assertThat(phase(cluster, "good")).isEqualTo("Succeeded");
      assertThat(phase(cluster, "bad")).isEqualTo("Running");

      cluster.clock().advance(ofSeconds(1));
      assertThat(phase(cluster, "bad")).isEqualTo("Failed");
      assertThat(container(cluster.pods("app=bad").list()).state().terminated())
          .returns(42, it -> it.exitCode())
          .returns("Error", it -> it.reason());
      assertThat(phase(cluster, "endless")).isEqualTo("Running");
    }
  }

  @Test
  void aDeletedPodTakesTheTimeThatTheScriptSays() throws Exception {
    try (var cluster = Cluster.builder().frozen().start()) {
      cluster.pods().terminateAfter(ofSeconds(20));
      cluster.apply(pod("web", "Always"));
      cluster.settle();
      cluster.pods().evict();

      cluster.clock().advance(ofSeconds(19));
      assertThat(cluster.pods().list())
          .hasSize(1)
          .allMatch(it -> it.metadata().deletionTimestamp() != null);
      cluster.clock().advance(ofSeconds(2));
      assertThat(cluster.pods().list()).isEmpty();
    }
  }

  @Test
  void anEvictionThatABudgetDoesNotAllowIsRefused() {
    try (var cluster = Cluster.builder().frozen().manifests(deployment(2, "one")).start()) {
      cluster.apply(
          """
          apiVersion: policy/v1
          kind: PodDisruptionBudget
          metadata: {name: web}
          spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
          """);
      cluster.settle();

      assertThatThrownBy(() -> cluster.pods("app=web").evict())
          .isInstanceOfSatisfying(ApiException.class, it -> assertThat(it.code()).isEqualTo(429));
      assertThat(cluster.pods().list()).hasSize(2);
    }
  }

  @Test
  void aForkFollowsTheScriptsThatWereWrittenBeforeIt() {
    try (var cluster = Cluster.builder().frozen().start()) {
      cluster.pods("app=web").neverBecomeReady();
      try (var fork = cluster.fork()) {
        cluster.pods("app=web").asUsual();
        fork.apply(pod("web", "Always"));
        fork.settle();

        assertThat(fork.pods().list()).hasSize(1).noneMatch(Workloads::isReady);
      }
    }
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    try (var cluster = Cluster.start()) {
      var pods = cluster.pods();
      assertThatThrownBy(() -> pods.times(3))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("say crashAfter or finishAfter first");
      assertThatThrownBy(() -> pods.crashAfter(ofSeconds(1)).exitWith(256))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> pods.startAfter(ofSeconds(-1)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> cluster.pods("app in")).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> cluster.node("nowhere")).isInstanceOf(ApiException.class);
    }
  }

  private static String phase(Cluster cluster, String app) {
    return cluster.pods("app=" + app).list().getFirst().status().phase();
  }

  private static String progressing(Cluster cluster) throws InterruptedException {
    return cluster.inProcessClient().get(Deployment.RESOURCE, WEB).status().conditions().stream()
        .filter(it -> it.type().equals("Progressing"))
        .map(it -> it.reason())
        .findFirst()
        .orElse("absent");
  }
}
