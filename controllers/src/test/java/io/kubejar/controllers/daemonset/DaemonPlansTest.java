package io.kubejar.controllers.daemonset;

import static io.kubejar.controllers.daemonset.Daemons.daemonSet;
import static io.kubejar.controllers.daemonset.Daemons.node;
import static io.kubejar.controllers.daemonset.Daemons.on;
import static io.kubejar.controllers.daemonset.Daemons.phase;
import static io.kubejar.controllers.daemonset.Daemons.rolling;
import static io.kubejar.controllers.daemonset.Daemons.surging;
import static io.kubejar.controllers.daemonset.Daemons.tainted;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.apps.v1.DaemonSet;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Toleration;
import io.kubejar.apimachinery.IntOrString;
import io.kubejar.apimachinery.time.VirtualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is decided for a DaemonSet: where pods belong, and which of them go.
class DaemonPlansTest {
  private static final Instant NOW = VirtualClock.START.plusSeconds(1000);
  private static final String NEW = "new";
  private static final String OLD = "old";
  private static final List<Node> THREE = List.of(node("a"), node("b"), node("c"));

  @ParameterizedTest
  @CsvSource({
    "some, NoSchedule, false, true",
    "some, NoExecute, false, false",
    "some, PreferNoSchedule, true, true",
    "node.kubernetes.io/not-ready, NoExecute, true, true",
    "node.kubernetes.io/unreachable, NoExecute, true, true",
    "node.kubernetes.io/unschedulable, NoSchedule, true, true",
    "node.kubernetes.io/memory-pressure, NoSchedule, true, true",
    "node.kubernetes.io/disk-pressure, NoSchedule, true, true",
    "node.kubernetes.io/pid-pressure, NoSchedule, true, true",
    "node.kubernetes.io/network-unavailable, NoSchedule, false, true",
    "node.kubernetes.io/not-ready, NoSchedule, false, true",
  })
  void taintsKeepDaemonsAwayUnlessTheyAreOfTheUsualTroubles(
      String key, String effect, boolean shouldRun, boolean shouldContinue) {
    assertThat(Eligibility.of(daemonSet(), tainted("a", key, effect)))
        .isEqualTo(new Eligibility(shouldRun, shouldContinue));
  }

  @Test
  void daemonsOfTheHostsNetworkDoNotWaitForPodNetworks() {
    var daemonSet = daemonSet();
    var template = daemonSet.spec().template();
    var onHost = template.withSpec(template.spec().withHostNetwork(true));

    assertThat(
            Eligibility.of(
                daemonSet.withSpec(daemonSet.spec().withTemplate(onHost)),
                tainted("a", "node.kubernetes.io/network-unavailable", "NoSchedule")))
        .isEqualTo(new Eligibility(true, true));
  }

  @Test
  void selectorsAndNamesDecideToo() {
    var daemonSet = daemonSet();
    var template = daemonSet.spec().template();
    var blue = template.withSpec(template.spec().withNodeSelector(Map.of("color", "blue")));
    var named = template.withSpec(template.spec().withNodeName("b"));
    var painted = node("a");
    painted = painted.withMetadata(painted.metadata().withLabels(Map.of("color", "blue")));

    var selecting = daemonSet.withSpec(daemonSet.spec().withTemplate(blue));
    assertThat(Eligibility.of(selecting, node("a"))).isEqualTo(new Eligibility(false, false));
    assertThat(Eligibility.of(selecting, painted)).isEqualTo(new Eligibility(true, true));
    var fixed = daemonSet.withSpec(daemonSet.spec().withTemplate(named));
    assertThat(Eligibility.of(fixed, node("a"))).isEqualTo(new Eligibility(false, false));
    assertThat(Eligibility.of(fixed, node("b"))).isEqualTo(new Eligibility(true, true));
  }

  @Test
  void aPodIsPinnedToItsNodeAndCarriesItsRevision() {
    var pod = DaemonPods.podFor(daemonSet(), "a", NEW);

    assertThat(DaemonPods.targetNode(pod)).contains("a");
    assertThat(pod.spec().nodeName()).isEmpty();
    assertThat(pod.metadata().labels())
        .containsEntry("app", "web")
        .containsEntry("controller-revision-hash", NEW);
    assertThat(pod.spec().tolerations()).hasSize(6);
  }

  @Test
  void aTolerationOfTheTemplateIsNotDoubled() {
    var daemonSet = daemonSet();
    var timed =
        Toleration.EMPTY
            .withKey("node.kubernetes.io/not-ready")
            .withOperator("Exists")
            .withEffect("NoExecute")
            .withTolerationSeconds(5L);
    var spec = daemonSet.spec().template().spec().withTolerations(List.of(timed));

    assertThat(DaemonPods.tolerations(spec))
        .hasSize(6)
        .contains(timed.withTolerationSeconds(null))
        .doesNotContain(timed);
  }

  @Test
  void podsOfOldDaysAreToldByTheGeneration() {
    var daemonSet = daemonSet();
    var annotated =
        daemonSet.withMetadata(
            daemonSet
                .metadata()
                .withAnnotations(Map.of("deprecated.daemonset.template.generation", "3")));
    var pod = on("a", "p", OLD, true);
    var labelled =
        pod.withMetadata(pod.metadata().withLabels(Map.of("pod-template-generation", "3")));

    assertThat(DaemonPods.isUpdated(annotated, pod, NEW)).isFalse();
    assertThat(DaemonPods.isUpdated(annotated, labelled, NEW)).isTrue();
    assertThat(DaemonPods.podFor(annotated, "a", NEW).metadata().labels())
        .containsEntry("pod-template-generation", "3");
  }

  @Test
  void everyNodeGetsOnePodAndNoMore() {
    var kept = on("a", "one", NEW, true);
    var spare = on("a", "two", NEW, true);
    var plan = place(daemonSet(), THREE, kept, spare);

    assertThat(plan.changes()).isEqualTo(new Changes(List.of("b", "c"), List.of(spare)));
  }

  @Test
  void podsGoWhereTheyMayNotStayAndStayWhereTheyMay() {
    var nodes = List.of(tainted("a", "x", "NoExecute"), tainted("b", "x", "NoSchedule"));
    var evicted = on("a", "one", NEW, true);
    var plan = place(daemonSet(), nodes, evicted, on("b", "two", NEW, true));

    assertThat(plan.changes()).isEqualTo(new Changes(List.of(), List.of(evicted)));
  }

  @Test
  void aNodeWhosePodIsOnItsWayOutWaitsForItsEnd() {
    var going = on("a", "one", NEW, true);
    going = going.withMetadata(going.metadata().withDeletionTimestamp(NOW));

    assertThat(place(daemonSet(), List.of(node("a")), going).changes())
        .isEqualTo(new Changes(List.of(), List.of()));
    assertThat(place(surging(daemonSet()), List.of(node("a")), going).changes().create())
        .containsExactly("a");
  }

  @Test
  void podsThatHaveEndedAreDeletedAndToldOf() {
    var failed = phase(on("a", "one", NEW, false), "Failed");
    var succeeded = phase(on("b", "two", NEW, false), "Succeeded");
    var plan = place(daemonSet(), List.of(node("a"), node("b")), failed, succeeded);

    assertThat(plan.changes().delete()).containsExactly(failed, succeeded);
    assertThat(plan.failed()).containsExactly(Map.entry("a", failed));
    assertThat(plan.succeeded()).containsExactly(succeeded);
  }

  @Test
  void aFailedPodStaysForItsTime() {
    var failed = phase(on("a", "one", NEW, false), "Failed");
    var coverage = coverage(daemonSet(), List.of(node("a")), failed);
    var plan = PlacementPlan.of(coverage, _ -> Optional.of(Duration.ofSeconds(4)));

    assertThat(plan.changes().delete()).isEmpty();
    assertThat(plan.lookAgain()).contains(Duration.ofSeconds(4));
  }

  @Test
  void unboundPodsOfNodesThatAreGoneAreDeleted() {
    var unbound = DaemonPods.podFor(daemonSet(), "gone", NEW);
    var bound = on("gone", "two", NEW, true);

    assertThat(place(daemonSet(), List.of(), unbound, bound).changes().delete())
        .containsExactly(unbound);
  }

  @Test
  void aSurgeKeepsTheOldPodUntilTheNewOneIsAvailable() {
    var old = on("a", "one", OLD, true);
    var young = on("a", "two", NEW, false);
    var nodes = List.of(node("a"));

    assertThat(place(surging(daemonSet()), nodes, old, young).changes().delete()).isEmpty();
    assertThat(
            place(surging(daemonSet()), nodes, old, on("a", "two", NEW, true)).changes().delete())
        .containsExactly(old);
    var broken = on("a", "one", OLD, false);
    assertThat(place(surging(daemonSet()), nodes, broken, young).changes().delete())
        .containsExactly(broken);
  }

  @Test
  void anUpdateReplacesAsManyAsMayBeMissing() {
    var pods =
        List.of(on("a", "one", OLD, true), on("b", "two", OLD, true), on("c", "x", OLD, true));

    assertThat(roll(daemonSet(), pods).delete()).containsExactly(pods.get(0));
    assertThat(roll(allowing(2, 0), pods).delete()).containsExactly(pods.get(0), pods.get(1));
    assertThat(roll(allowing(0, 0), pods).delete()).containsExactly(pods.get(0));
  }

  @Test
  void anUpdateWaitsForItsNewPods() {
    var pods =
        List.of(on("a", "one", NEW, false), on("b", "two", OLD, true), on("c", "x", OLD, true));

    assertThat(roll(daemonSet(), pods).delete()).isEmpty();
  }

  @Test
  void anUpdateReplacesBrokenPodsAtOnceAndCountsThem() {
    var broken = on("b", "two", OLD, false);
    var pods = List.of(on("a", "one", OLD, true), broken, on("c", "x", OLD, true));

    assertThat(roll(daemonSet(), pods).delete()).containsExactly(broken);
    assertThat(roll(allowing(2, 0), pods).delete()).containsExactly(broken, pods.get(0));
  }

  @Test
  void nodesWithoutAPodCountAsMissing() {
    var pods = List.of(on("a", "one", OLD, true), on("b", "two", OLD, true));

    assertThat(roll(daemonSet(), pods).delete()).isEmpty();
  }

  @Test
  void aPartOfTheNodesIsRoundedUp() {
    var daemonSet = daemonSet();
    var strategy = rolling(1, 0);
    var rolling = java.util.Objects.requireNonNull(strategy.rollingUpdate());
    var tenth =
        daemonSet.withSpec(
            daemonSet
                .spec()
                .withUpdateStrategy(
                    strategy.withRollingUpdate(rolling.withMaxUnavailable(IntOrString.of("34%")))));

    assertThat(Allowance.of(tenth, 3)).isEqualTo(new Allowance(2, 0));
  }

  @Test
  void aSurgeMakesNewPodsBesideOldOnes() {
    var pods =
        List.of(on("a", "one", OLD, true), on("b", "two", OLD, true), on("c", "x", OLD, true));

    assertThat(roll(surging(daemonSet()), pods)).isEqualTo(new Changes(List.of("a"), List.of()));
  }

  @Test
  void aSurgeReplacesBrokenPodsBeyondItsLimit() {
    var pods =
        List.of(on("a", "one", OLD, false), on("b", "two", OLD, false), on("c", "x", OLD, true));

    assertThat(roll(surging(daemonSet()), pods).create()).containsExactly("a", "b", "c");
  }

  @Test
  void aSurgeWaitsForItsNewPods() {
    var pods =
        List.of(on("a", "one", OLD, true), on("a", "new", NEW, false), on("b", "two", OLD, true));

    assertThat(roll(surging(daemonSet()), pods)).isEqualTo(new Changes(List.of(), List.of()));
  }

  @Test
  void aSurgeKeepsMisplacedPodsUntilEnoughOthersServe() {
    var nodes = List.of(tainted("a", "x", "NoSchedule"), node("b"));
    var misplaced = on("a", "one", OLD, true);

    assertThat(
            RollingUpdatePlan.of(
                    coverage(surging(daemonSet()), nodes, misplaced, on("b", "two", NEW, false)))
                .delete())
        .isEmpty();
    assertThat(
            RollingUpdatePlan.of(
                    coverage(surging(daemonSet()), nodes, misplaced, on("b", "two", NEW, true)))
                .delete())
        .containsExactly(misplaced);
  }

  @Test
  void theStatusCountsNodes() {
    var nodes = List.of(node("a"), node("b"), node("c"), tainted("d", "x", "NoSchedule"));
    var status =
        DaemonStatus.of(
            coverage(
                daemonSet(),
                nodes,
                on("a", "one", NEW, true),
                on("b", "two", OLD, false),
                on("d", "x", NEW, true)));

    assertThat(status.desiredNumberScheduled()).isEqualTo(3);
    assertThat(status.currentNumberScheduled()).isEqualTo(2);
    assertThat(status.numberMisscheduled()).isEqualTo(1);
    assertThat(status.numberReady()).isEqualTo(1);
    assertThat(status.numberAvailable()).isEqualTo(1);
    assertThat(status.numberUnavailable()).isEqualTo(2);
    assertThat(status.updatedNumberScheduled()).isEqualTo(1);
  }

  @Test
  void failuresOfANodeWaitTwiceAsLongEachTime() {
    var clock = new VirtualClock();
    var failedPods = new FailedPods(clock);
    var place = new FailedPods.Place("uid", 1, "a");
    assertThat(failedPods.remaining(place)).isEmpty();
    failedPods.deleted(place);
    assertThat(failedPods.remaining(place)).contains(Duration.ofSeconds(1));
    clock.advance(Duration.ofSeconds(1));
    assertThat(failedPods.remaining(place)).isEmpty();
    for (int i = 0; i < 20; i++) {
      failedPods.deleted(place);
    }

    assertThat(failedPods.remaining(place)).contains(Duration.ofMinutes(15));
    assertThat(failedPods.remaining(new FailedPods.Place("uid", 2, "a"))).isEmpty();
    clock.advance(Duration.ofMinutes(31));
    failedPods.deleted(place);
    assertThat(failedPods.remaining(place)).contains(Duration.ofSeconds(1));
  }

  private static DaemonSet allowing(int maxUnavailable, int maxSurge) {
    var daemonSet = daemonSet();
    return daemonSet.withSpec(
        daemonSet.spec().withUpdateStrategy(rolling(maxUnavailable, maxSurge)));
  }

  private static Changes roll(DaemonSet daemonSet, List<Pod> pods) {
    return RollingUpdatePlan.of(Coverage.of(daemonSet, NEW, THREE, pods, NOW));
  }

  private static PlacementPlan place(DaemonSet daemonSet, List<Node> nodes, Pod... pods) {
    return PlacementPlan.of(coverage(daemonSet, nodes, pods), _ -> Optional.empty());
  }

  private static Coverage coverage(DaemonSet daemonSet, List<Node> nodes, Pod... pods) {
    return Coverage.of(daemonSet, NEW, nodes, List.of(pods), NOW);
  }
}
