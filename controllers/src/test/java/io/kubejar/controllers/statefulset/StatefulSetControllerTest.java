package io.kubejar.controllers.statefulset;

import static io.kubejar.controllers.statefulset.Sets.set;
import static io.kubejar.controllers.statefulset.Sets.template;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.apps.v1.ControllerRevision;
import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy;
import io.kubejar.api.apps.v1.StatefulSetStatus;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.PersistentVolumeClaimVolumeSource;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Volume;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.controllers.ownership.ControllerRefs;
import io.kubejar.controllers.testing.Objects;
import io.kubejar.controllers.testing.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class StatefulSetControllerTest {
  private final World world = new World(new StatefulSetController());

  @Test
  void makesPodsOneAfterTheOtherEachWhenTheOneBeforeIsReady() throws InterruptedException {
    world.create(StatefulSet.RESOURCE, set(3));
    world.settle();
    assertThat(names()).containsExactly("web-0");
    world.runPods();
    assertThat(names()).containsExactly("web-0", "web-1");
    run();

    assertThat(names()).containsExactly("web-0", "web-1", "web-2");
    var status = status();
    assertThat(status.replicas()).isEqualTo(3);
    assertThat(status.readyReplicas()).isEqualTo(3);
    assertThat(status.availableReplicas()).isEqualTo(3);
    assertThat(status.currentReplicas()).isEqualTo(3);
    assertThat(status.updatedReplicas()).isEqualTo(3);
    assertThat(status.currentRevision()).isEqualTo(status.updateRevision()).startsWith("web-");
    assertThat(status.collisionCount()).isZero();
    assertThat(world.events("web"))
        .contains("SuccessfulCreate: Create Pod web-2 in StatefulSet web successful");
  }

  @Test
  void parallelSetsMakeAllPodsAtOnce() throws InterruptedException {
    var parallel = set(3);
    world.create(
        StatefulSet.RESOURCE,
        parallel.withSpec(parallel.spec().withPodManagementPolicy("Parallel")));
    world.settle();

    assertThat(names()).containsExactly("web-0", "web-1", "web-2");
  }

  @Test
  void startsAtTheOrdinalAskedFor() throws InterruptedException {
    var set = set(2);
    world.create(
        StatefulSet.RESOURCE,
        set.withSpec(
            set.spec()
                .withOrdinals(io.kubejar.api.apps.v1.StatefulSetOrdinals.EMPTY.withStart(5))));
    run();

    assertThat(names()).containsExactly("web-5", "web-6");
  }

  @Test
  void givesEachPodItsIdentity() throws InterruptedException {
    var owner = world.create(StatefulSet.RESOURCE, set(1));
    world.settle();
    var pod = pod("web-0");

    assertThat(pod.metadata().labels())
        .containsEntry("statefulset.kubernetes.io/pod-name", "web-0")
        .containsEntry("apps.kubernetes.io/pod-index", "0")
        .containsEntry("controller-revision-hash", status().updateRevision());
    assertThat(pod.spec().hostname()).isEqualTo("web-0");
    assertThat(pod.spec().subdomain()).isEqualTo("headless");
    assertThat(ControllerRefs.isControlledBy(pod, owner)).isTrue();
  }

  @Test
  void shrinksFromTheHighestOrdinalAndWaitsForEachToGo() throws InterruptedException {
    world.create(StatefulSet.RESOURCE, set(3));
    run();
    bind();
    change(set -> set.withSpec(set.spec().withReplicas(1)));
    world.settle();
    assertThat(beingDeleted()).containsExactly("web-2");
    world.runPods();
    assertThat(beingDeleted()).containsExactly("web-1");
    run();

    assertThat(names()).containsExactly("web-0");
    assertThat(world.events("web"))
        .contains("SuccessfulDelete: Delete Pod web-1 in StatefulSet web successful");
  }

  @Test
  void doesNotShrinkWhileAPodBelowIsUnhealthy() throws InterruptedException {
    world.create(StatefulSet.RESOURCE, set(3));
    run();
    world.setReady(pod("web-0"), false);
    change(set -> set.withSpec(set.spec().withReplicas(1)));
    world.settle();
    assertThat(names()).containsExactly("web-0", "web-1", "web-2");
    world.setReady(pod("web-0"), true);
    run();

    assertThat(names()).containsExactly("web-0");
  }

  @Test
  void rollsFromTheHighestOrdinalDown() throws InterruptedException {
    world.create(StatefulSet.RESOURCE, set(3));
    run();
    var before = status().currentRevision();
    setImage("b");
    world.settle();
    assertThat(names()).containsExactly("web-0", "web-1", "web-2");
    assertThat(image("web-2")).isEqualTo("b");
    assertThat(image("web-1")).isEqualTo("a");
    assertThat(status().currentRevision()).isEqualTo(before);
    assertThat(status().updateRevision()).isNotEqualTo(before);
    run();

    assertThat(List.of(image("web-0"), image("web-1"), image("web-2"))).containsOnly("b");
    assertThat(status().currentRevision()).isEqualTo(status().updateRevision());
    assertThat(status().currentReplicas()).isEqualTo(3);
    assertThat(world.list(ControllerRevision.RESOURCE))
        .extracting(ControllerRevision::revision)
        .containsExactlyInAnyOrder(1L, 2L);
  }

  @Test
  void aRollbackRaisesTheOldRevision() throws InterruptedException {
    world.create(StatefulSet.RESOURCE, set(1));
    run();
    var first = status().currentRevision();
    setImage("b");
    run();
    setImage("a");
    run();

    assertThat(status().currentRevision()).isEqualTo(first);
    assertThat(world.get(ControllerRevision.RESOURCE, "default", first).revision()).isEqualTo(3);
    assertThat(world.list(ControllerRevision.RESOURCE)).hasSize(2);
  }

  @Test
  void belowThePartitionPodsKeepTheOldRevisionEvenWhenMadeAnew() throws InterruptedException {
    world.create(StatefulSet.RESOURCE, set(3));
    run();
    change(set -> Sets.partitioned(set, 2));
    setImage("b");
    run();
    assertThat(List.of(image("web-0"), image("web-1"))).containsOnly("a");
    assertThat(image("web-2")).isEqualTo("b");
    world.delete(Pod.RESOURCE, "default", "web-0");
    world.delete(Pod.RESOURCE, "default", "web-2");
    run();

    assertThat(image("web-0")).isEqualTo("a");
    assertThat(image("web-2")).isEqualTo("b");
    assertThat(status().currentReplicas()).isEqualTo(2);
    assertThat(status().updatedReplicas()).isEqualTo(1);
  }

  @Test
  void aPartitionAboveAllReplicasUpdatesNothing() throws InterruptedException {
    world.create(StatefulSet.RESOURCE, set(2));
    run();
    change(set -> Sets.partitioned(set, 5));
    setImage("b");
    run();

    assertThat(List.of(image("web-0"), image("web-1"))).containsOnly("a");
    assertThat(status().updatedReplicas()).isZero();
    assertThat(status().updateRevision()).isNotEqualTo(status().currentRevision());
  }

  @Test
  void onDeleteUpdatesOnlyWhatIsDeletedByHand() throws InterruptedException {
    var set = set(2);
    world.create(
        StatefulSet.RESOURCE,
        set.withSpec(
            set.spec()
                .withUpdateStrategy(
                    set.spec().updateStrategy().withType("OnDelete").withRollingUpdate(null))));
    run();
    setImage("b");
    run();
    assertThat(image("web-0")).isEqualTo("a");
    world.delete(Pod.RESOURCE, "default", "web-0");
    run();

    assertThat(image("web-0")).isEqualTo("b");
    assertThat(image("web-1")).isEqualTo("a");
  }

  @Test
  void anOrderedSetStandsStillAtABrokenRevisionUntilThePodIsDeleted() throws InterruptedException {
    world.create(StatefulSet.RESOURCE, set(2));
    run();
    setImage("broken");
    world.settle();
    assertThat(image("web-1")).isEqualTo("broken");
    setImage("a");
    world.settle();
    assertThat(image("web-1")).isEqualTo("broken");
    world.delete(Pod.RESOURCE, "default", "web-1");
    run();

    assertThat(List.of(image("web-0"), image("web-1"))).containsOnly("a");
  }

  @Test
  void makesAFailedPodAnew() throws InterruptedException {
    world.create(StatefulSet.RESOURCE, set(1));
    run();
    var before = pod("web-0");
    world.api.updateStatus(Pod.RESOURCE, before.withStatus(before.status().withPhase("Failed")));
    run();

    assertThat(pod("web-0").metadata().uid()).isNotEqualTo(before.metadata().uid());
    assertThat(pod("web-0").status().phase()).isEqualTo("Running");
  }

  @Test
  void waitsUntilAPodHasBeenReadyForLongEnough() throws InterruptedException {
    var slow = set(2);
    world.create(StatefulSet.RESOURCE, slow.withSpec(slow.spec().withMinReadySeconds(30)));
    world.settle();
    world.runPods();
    assertThat(names()).containsExactly("web-0");
    assertThat(status().availableReplicas()).isZero();
    world.pass(Duration.ofSeconds(31));

    assertThat(names()).containsExactly("web-0", "web-1");
    assertThat(status().availableReplicas()).isEqualTo(1);
  }

  @Test
  void takesInPodsOfItsNamesOnlyAndLetsGoOfOthers() throws InterruptedException {
    world.create(Pod.RESOURCE, Objects.pod("web-0"));
    world.create(Pod.RESOURCE, Objects.pod("stranger"));
    var set = world.create(StatefulSet.RESOURCE, set(1));
    world.settle();
    assertThat(ControllerRefs.isControlledBy(pod("web-0"), set)).isTrue();
    assertThat(ControllerRefs.of(pod("stranger"))).isEmpty();
    world.runPods();
    assertThat(pod("web-0").metadata().labels())
        .containsEntry("statefulset.kubernetes.io/pod-name", "web-0");
    world.change(
        Pod.RESOURCE,
        "default",
        "web-0",
        pod -> pod.withMetadata(pod.metadata().withLabels(Map.of("app", "debug"))));
    world.settle();

    assertThat(ControllerRefs.of(pod("web-0"))).isEmpty();
  }

  @Test
  void makesClaimsBeforeThePodsAndKeepsThem() throws InterruptedException {
    world.create(StatefulSet.RESOURCE, Sets.withClaims(set(1)));
    world.settle();

    var claim = world.get(PersistentVolumeClaim.RESOURCE, "default", "data-web-0");
    assertThat(claim.metadata().labels())
        .containsEntry("app", "web")
        .containsEntry("of", "template");
    assertThat(claim.metadata().ownerReferences()).isEmpty();
    var source = PersistentVolumeClaimVolumeSource.EMPTY.withClaimName("data-web-0");
    assertThat(pod("web-0").spec().volumes())
        .containsExactly(Volume.EMPTY.withName("data").withPersistentVolumeClaim(source));
    assertThat(world.api.writes().indexOf("create persistentvolumeclaims default/data-web-0"))
        .isBetween(0, world.api.writes().indexOf("create pods default/web-0"));
    assertThat(world.events("web"))
        .contains("SuccessfulCreate: Create Claim data-web-0 Pod web-0 in StatefulSet web success");
  }

  @Test
  void givesClaimsThatGoWithTheSetToTheSet() throws InterruptedException {
    world.create(StatefulSet.RESOURCE, retaining("Delete", "Retain"));
    run();

    assertThat(ownersOfClaim("data-web-0")).containsExactly("StatefulSet web");
    assertThat(ownersOfClaim("data-web-1")).containsExactly("StatefulSet web");
  }

  @Test
  void givesClaimsThatGoWithAScaleDownToTheirPods() throws InterruptedException {
    world.create(StatefulSet.RESOURCE, retaining("Retain", "Delete"));
    run();
    assertThat(ownersOfClaim("data-web-1")).isEmpty();
    bind();
    change(set -> set.withSpec(set.spec().withReplicas(1)));
    world.settle();

    assertThat(ownersOfClaim("data-web-0")).isEmpty();
    assertThat(ownersOfClaim("data-web-1")).containsExactly("Pod web-1");
  }

  @Test
  void keepsNoMoreHistoryThanAskedForButWhatIsInUse() throws InterruptedException {
    var set = set(1);
    world.create(StatefulSet.RESOURCE, set.withSpec(set.spec().withRevisionHistoryLimit(1)));
    run();
    for (var image : List.of("b", "c", "d")) {
      setImage(image);
      run();
    }

    assertThat(world.list(ControllerRevision.RESOURCE))
        .extracting(ControllerRevision::revision)
        .containsExactlyInAnyOrder(3L, 4L);
  }

  private StatefulSet retaining(String whenDeleted, String whenScaled) {
    var set = Sets.withClaims(set(2));
    return set.withSpec(
        set.spec()
            .withPersistentVolumeClaimRetentionPolicy(
                StatefulSetPersistentVolumeClaimRetentionPolicy.EMPTY
                    .withWhenDeleted(whenDeleted)
                    .withWhenScaled(whenScaled)));
  }

  private List<String> ownersOfClaim(String name) {
    return world
        .get(PersistentVolumeClaim.RESOURCE, "default", name)
        .metadata()
        .ownerReferences()
        .stream()
        .filter(OwnerReference::controller)
        .map(owner -> owner.kind() + " " + owner.name())
        .toList();
  }

  private void run() throws InterruptedException {
    for (int i = 0; i < 10; i++) {
      world.settle();
      world.runPods();
    }
  }

  /// Bound pods linger when they are deleted.
  private void bind() throws InterruptedException {
    for (var pod : world.list(Pod.RESOURCE)) {
      world.change(
          Pod.RESOURCE,
          "default",
          pod.metadata().name(),
          it -> it.withSpec(it.spec().withNodeName("n")));
    }
    world.settle();
  }

  private List<String> beingDeleted() {
    return world.list(Pod.RESOURCE).stream()
        .filter(pod -> pod.metadata().deletionTimestamp() != null)
        .map(pod -> pod.metadata().name())
        .toList();
  }

  private List<String> names() {
    return world.list(Pod.RESOURCE).stream().map(pod -> pod.metadata().name()).toList();
  }

  private Pod pod(String name) {
    return world.get(Pod.RESOURCE, "default", name);
  }

  private String image(String name) {
    return pod(name).spec().containers().getFirst().image();
  }

  private StatefulSetStatus status() {
    return world.get(StatefulSet.RESOURCE, "default", "web").status();
  }

  private void change(UnaryOperator<StatefulSet> change) {
    world.change(StatefulSet.RESOURCE, "default", "web", change);
  }

  private void setImage(String image) {
    change(set -> set.withSpec(set.spec().withTemplate(template(image))));
  }
}
