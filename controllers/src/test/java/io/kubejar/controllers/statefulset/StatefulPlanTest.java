package io.kubejar.controllers.statefulset;

import static io.kubejar.controllers.statefulset.Sets.set;
import static io.kubejar.controllers.statefulset.Sets.template;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.time.VirtualClock;
import io.kubejar.controllers.statefulset.StatefulPlan.Action;
import io.kubejar.controllers.testing.Objects;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What happens next to a set's pods.
class StatefulPlanTest {
  private static final Instant NOW = VirtualClock.START.plusSeconds(1000);
  private static final Members.Revision OLD = new Members.Revision("web-old", template("a"));
  private static final Members.Revision NEW = new Members.Revision("web-new", template("b"));

  @Test
  void anOrderedSetMakesTheFirstThatIsMissing() {
    assertThat(plan(set(3), ready(0))).containsExactly("Create web-1");
    assertThat(plan(set(3), ready(0), unready(1))).isEmpty();
  }

  @Test
  void anOrderedSetWaitsForAPodThatIsOnItsWayOut() {
    assertThat(plan(set(3), going(ready(0)))).isEmpty();
  }

  @Test
  void aParallelSetMakesAndRemovesWhateverTheOthersDo() {
    assertThat(plan(parallel(set(3)), unready(0), ready(3), unready(4)))
        .containsExactly("Create web-1", "Create web-2", "Delete web-4", "Delete web-3");
  }

  @Test
  void podsThatHaveEndedAreDeletedOnceAndMadeAnewLater() {
    var failed = phase(ready(0), "Failed");

    assertThat(plan(set(2), failed)).containsExactly("Delete web-0");
    assertThat(plan(set(2), phase(ready(0), "Succeeded"))).containsExactly("Delete web-0");
    assertThat(plan(set(2), going(failed))).isEmpty();
  }

  @Test
  void anOrderedSetShrinksFromTheTopWhenAllAreHealthy() {
    assertThat(plan(set(1), ready(0), ready(1), ready(2))).containsExactly("Delete web-2");
    assertThat(plan(set(1), ready(0), ready(1), going(ready(2)))).isEmpty();
    assertThat(plan(set(1), unready(0), ready(1))).isEmpty();
  }

  @Test
  void theOnlyUnhealthyPodMayGoFirstOfAll() {
    assertThat(plan(set(1), ready(0), ready(1), unready(2))).containsExactly("Delete web-2");
    assertThat(plan(set(1), ready(0), unready(1), unready(2))).isEmpty();
  }

  @Test
  void anUpdateTakesTheHighestOldPodWhenAllAboveAreAvailable() {
    assertThat(plan(set(3), old(0), old(1), old(2))).containsExactly("Update web-2");
    assertThat(plan(set(3), old(0), old(1), ready(2))).containsExactly("Update web-1");
    assertThat(plan(parallel(set(3)), old(0), old(1), unready(2))).isEmpty();
  }

  @Test
  void anUpdateStopsAtThePartition() {
    assertThat(plan(Sets.partitioned(set(3), 2), old(0), old(1), ready(2))).isEmpty();
    assertThat(plan(Sets.partitioned(set(3), 2), old(0), old(1), old(2)))
        .containsExactly("Update web-2");
    assertThat(plan(Sets.partitioned(set(3), 9), old(0), old(1), old(2))).isEmpty();
  }

  @Test
  void scalingGoesBeforeUpdates() {
    assertThat(plan(set(2), old(0), old(1), old(2))).containsExactly("Delete web-2");
    assertThat(plan(set(3), old(0), old(1))).containsExactly("Create web-2");
  }

  @Test
  void aParallelSetReplacesABrokenPodOfAnotherRevision() {
    var broken = unready(1);
    var labelled =
        broken.withMetadata(
            broken.metadata().withLabels(labels(broken, Identity.REVISION_LABEL, "web-broken")));

    assertThat(plan(parallel(set(2)), ready(0), labelled)).containsExactly("Update web-1");
    assertThat(plan(set(2), ready(0), labelled)).isEmpty();
  }

  @Test
  void lostLabelsArePutRight() {
    var pod = ready(0);
    var bare =
        pod.withMetadata(
            pod.metadata().withLabels(labels(pod, "statefulset.kubernetes.io/pod-name", "x")));

    assertThat(plan(set(1), bare)).containsExactly("Correct web-0");
  }

  @Test
  void aPodWithoutItsVolumesIsPutRightAndAPendingOneGetsItsClaims() {
    var withClaims = Sets.withClaims(set(1));

    assertThat(plan(withClaims, ready(0))).containsExactly("Correct web-0");
    assertThat(plan(withClaims, phase(unready(0), "Pending"))).containsExactly("FillClaims web-0");
  }

  @Test
  void aSetThatIsBeingDeletedDoesNothing() {
    var going = set(3);
    going = going.withMetadata(going.metadata().withDeletionTimestamp(NOW));

    assertThat(plan(going)).isEmpty();
  }

  @Test
  void theStatusIsCompleteWhenAllArePodsOfTheUpdate() {
    var status = StatefulStatus.of(members(set(2), ready(0), ready(1)), 0, false);

    assertThat(status.currentRevision()).isEqualTo("web-new");
    assertThat(status.currentReplicas()).isEqualTo(2);
    assertThat(status.updatedReplicas()).isEqualTo(2);
  }

  @Test
  void theStatusOfARolloutCountsBothRevisions() {
    var status = StatefulStatus.of(members(set(3), old(0), old(1), unready(2)), 1, false);

    assertThat(status.currentRevision()).isEqualTo("web-old");
    assertThat(status.updateRevision()).isEqualTo("web-new");
    assertThat(status.currentReplicas()).isEqualTo(2);
    assertThat(status.updatedReplicas()).isEqualTo(1);
    assertThat(status.readyReplicas()).isEqualTo(2);
    assertThat(status.replicas()).isEqualTo(3);
    assertThat(status.collisionCount()).isEqualTo(1);
    assertThat(
            StatefulStatus.of(members(set(3), old(0), old(1), old(2)), 0, true).currentReplicas())
        .isEqualTo(2);
  }

  private static List<String> plan(StatefulSet set, Pod... pods) {
    var plan = StatefulPlan.of(members(set, pods), Map.<String, PersistentVolumeClaim>of());
    var all =
        new ArrayList<>(
            plan.phases().stream()
                .flatMap(phase -> phase.steps().stream())
                .flatMap(List::stream)
                .map(StatefulPlanTest::text)
                .toList());
    plan.outdated().ifPresent(pod -> all.add("Update " + pod.metadata().name()));
    return all;
  }

  private static String text(Action action) {
    return action.getClass().getSimpleName() + " " + action.pod().metadata().name();
  }

  private static Members members(StatefulSet set, Pod... pods) {
    return Members.of(set, OLD, NEW, List.of(pods), NOW);
  }

  private static StatefulSet parallel(StatefulSet set) {
    return set.withSpec(set.spec().withPodManagementPolicy("Parallel"));
  }

  private static Pod ready(int ordinal) {
    return pod(ordinal, NEW, true);
  }

  private static Pod unready(int ordinal) {
    return pod(ordinal, NEW, false);
  }

  private static Pod old(int ordinal) {
    return pod(ordinal, OLD, true);
  }

  private static Pod pod(int ordinal, Members.Revision revision, boolean ready) {
    var name = "web-" + ordinal;
    var running = Objects.running(name, "10.0.0.1", ready);
    var pod = Identity.newPod(set(1), revision.template(), revision.name(), ordinal);
    return pod.withMetadata(pod.metadata().withUid("uid-" + name)).withStatus(running.status());
  }

  private static Pod phase(Pod pod, String phase) {
    return pod.withStatus(pod.status().withPhase(phase));
  }

  private static Pod going(Pod pod) {
    return pod.withMetadata(pod.metadata().withDeletionTimestamp(NOW));
  }

  private static Map<String, String> labels(Pod pod, String name, String value) {
    var labels = new LinkedHashMap<>(pod.metadata().labels());
    labels.put(name, value);
    return labels;
  }
}
