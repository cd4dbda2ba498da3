package io.kubejar.controllers.daemonset;

import static io.kubejar.controllers.daemonset.Daemons.daemonSet;
import static io.kubejar.controllers.daemonset.Daemons.node;
import static io.kubejar.controllers.daemonset.Daemons.surging;
import static io.kubejar.controllers.daemonset.Daemons.template;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.apps.v1.ControllerRevision;
import io.kubejar.api.apps.v1.DaemonSet;
import io.kubejar.api.apps.v1.DaemonSetStatus;
import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Taint;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.controllers.ownership.ControllerRefs;
import io.kubejar.controllers.testing.Objects;
import io.kubejar.controllers.testing.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DaemonSetControllerTest {
  private final World world = new World(new DaemonSetController());

  @BeforeEach
  void threeNodes() {
    for (var name : List.of("a", "b", "c")) {
      world.create(Node.RESOURCE, node(name));
    }
  }

  @Test
  void putsAPodOnEveryNode() throws InterruptedException {
    var set = world.create(DaemonSet.RESOURCE, daemonSet());
    run();

    assertThat(images()).isEqualTo(Map.of("a", "a", "b", "a", "c", "a"));
    assertThat(world.list(Pod.RESOURCE)).allMatch(pod -> ControllerRefs.isControlledBy(pod, set));
    var status = status();
    assertThat(status.desiredNumberScheduled()).isEqualTo(3);
    assertThat(status.currentNumberScheduled()).isEqualTo(3);
    assertThat(status.numberAvailable()).isEqualTo(3);
    assertThat(status.updatedNumberScheduled()).isEqualTo(3);
    assertThat(status.observedGeneration()).isEqualTo(1);
    assertThat(world.events("web")).hasSize(3).allMatch(it -> it.startsWith("SuccessfulCreate"));
  }

  @Test
  void followsNodesThatComeAndGoAndAreTainted() throws InterruptedException {
    world.create(DaemonSet.RESOURCE, daemonSet());
    run();
    world.create(Node.RESOURCE, node("d"));
    run();
    assertThat(images()).containsKey("d");
    world.change(
        Node.RESOURCE,
        "",
        "a",
        it ->
            it.withSpec(
                it.spec().withTaints(List.of(Taint.EMPTY.withKey("x").withEffect("NoExecute")))));
    world.delete(Node.RESOURCE, "", "b");
    run();

    assertThat(images()).containsOnlyKeys("c", "d");
    assertThat(status().desiredNumberScheduled()).isEqualTo(2);
    assertThat(world.events("web")).anyMatch(it -> it.startsWith("SuccessfulDelete: Deleted pod"));
  }

  @Test
  void replacesADeletedPod() throws InterruptedException {
    world.create(DaemonSet.RESOURCE, daemonSet());
    run();
    var first = world.list(Pod.RESOURCE).getFirst().metadata().name();
    world.delete(Pod.RESOURCE, "default", first);
    run();

    assertThat(world.list(Pod.RESOURCE))
        .hasSize(3)
        .noneMatch(pod -> pod.metadata().name().equals(first));
  }

  @Test
  void rollsNodeByNode() throws InterruptedException {
    world.create(DaemonSet.RESOURCE, daemonSet());
    run();
    setImage("b");
    world.settle();
    assertThat(images().values()).containsExactlyInAnyOrder("a", "a", "b");
    run();

    assertThat(images().values()).containsOnly("b");
    assertThat(status().updatedNumberScheduled()).isEqualTo(3);
    assertThat(world.list(ControllerRevision.RESOURCE))
        .extracting(ControllerRevision::revision)
        .containsExactlyInAnyOrder(1L, 2L);
  }

  @Test
  void aRollbackLeavesPodsAloneThatAreStillOfTheOldTemplate() throws InterruptedException {
    world.create(DaemonSet.RESOURCE, daemonSet());
    run();
    var before = uids();
    setImage("broken");
    world.settle();
    setImage("a");
    run();

    assertThat(images().values()).containsOnly("a");
    assertThat(uids().values()).filteredOn(before::containsValue).hasSize(2);
    assertThat(world.list(ControllerRevision.RESOURCE))
        .extracting(ControllerRevision::revision)
        .containsExactlyInAnyOrder(2L, 3L);
  }

  @Test
  void surgesWithoutEverMissingAPod() throws InterruptedException {
    world.create(DaemonSet.RESOURCE, surging(daemonSet()));
    run();
    setImage("b");
    for (int round = 0; round < 10; round++) {
      world.settle();
      assertThat(
              world.list(Pod.RESOURCE).stream()
                  .filter(pod -> pod.status().phase().equals("Running"))
                  .count())
          .isBetween(3L, 4L);
      world.runPods();
    }

    assertThat(images().values()).containsOnly("b");
    assertThat(world.list(Pod.RESOURCE)).hasSize(3);
  }

  @Test
  void onDeleteUpdatesOnlyWhatIsDeletedByHand() throws InterruptedException {
    world.create(DaemonSet.RESOURCE, onDelete());
    run();
    setImage("b");
    run();
    assertThat(images().values()).containsOnly("a");
    world.delete(Pod.RESOURCE, "default", world.list(Pod.RESOURCE).getFirst().metadata().name());
    run();

    assertThat(images().values()).containsExactlyInAnyOrder("a", "a", "b");
    assertThat(status().updatedNumberScheduled()).isEqualTo(1);
  }

  @Test
  void replacesFailedPodsAndWaitsLongerEachTime() throws InterruptedException {
    world.delete(Node.RESOURCE, "", "b");
    world.delete(Node.RESOURCE, "", "c");
    world.create(DaemonSet.RESOURCE, daemonSet());
    run();
    var first = onlyPod();
    fail(first);
    world.settle();
    var second = onlyPod();
    assertThat(second.metadata().name()).isNotEqualTo(first.metadata().name());
    assertThat(world.events("web"))
        .contains(
            "FailedDaemonPod: Found failed daemon pod default/"
                + first.metadata().name()
                + " on node a, will try to kill it");
    fail(second);
    world.settle();
    assertThat(onlyPod().metadata().name()).isEqualTo(second.metadata().name());
    world.pass(Duration.ofSeconds(1));

    assertThat(onlyPod().metadata().name()).isNotEqualTo(second.metadata().name());
  }

  @Test
  void countsAPodAsAvailableOnlyAfterItsTime() throws InterruptedException {
    var set = daemonSet();
    world.create(DaemonSet.RESOURCE, set.withSpec(set.spec().withMinReadySeconds(30)));
    run();
    assertThat(status().numberReady()).isEqualTo(3);
    assertThat(status().numberAvailable()).isZero();
    assertThat(status().numberUnavailable()).isEqualTo(3);
    world.pass(Duration.ofSeconds(31));

    assertThat(status().numberAvailable()).isEqualTo(3);
  }

  @Test
  void takesInOrphansAndReleasesStrangers() throws InterruptedException {
    var orphan = Objects.pod("orphan");
    world.create(Pod.RESOURCE, orphan.withSpec(orphan.spec().withNodeName("a")));
    var set = world.create(DaemonSet.RESOURCE, onDelete());
    run();
    assertThat(ControllerRefs.isControlledBy(pod("orphan"), set)).isTrue();
    assertThat(world.list(Pod.RESOURCE)).hasSize(3);
    world.change(
        Pod.RESOURCE,
        "default",
        "orphan",
        it -> it.withMetadata(it.metadata().withLabels(Map.of("app", "debug"))));
    run();

    assertThat(ControllerRefs.of(pod("orphan"))).isEmpty();
    assertThat(world.list(Pod.RESOURCE)).hasSize(4);
  }

  @Test
  void refusesToSelectEverything() throws InterruptedException {
    var set = daemonSet();
    world.create(DaemonSet.RESOURCE, set.withSpec(set.spec().withSelector(LabelSelector.EMPTY)));
    world.settle();

    assertThat(world.list(Pod.RESOURCE)).isEmpty();
    assertThat(world.events("web"))
        .containsExactly(
            "SelectingAll: This daemon set is selecting all pods. A non-empty selector is"
                + " required.");
  }

  @Test
  void keepsOnlyAsMuchHistoryAsAskedFor() throws InterruptedException {
    var set = daemonSet();
    world.create(DaemonSet.RESOURCE, set.withSpec(set.spec().withRevisionHistoryLimit(1)));
    run();
    for (var image : List.of("b", "c", "d")) {
      setImage(image);
      run();
    }

    assertThat(world.list(ControllerRevision.RESOURCE))
        .extracting(ControllerRevision::revision)
        .containsExactlyInAnyOrder(3L, 4L);
  }

  @Test
  void makesARevisionAnewThatSomebodyDeletes() throws InterruptedException {
    world.create(DaemonSet.RESOURCE, daemonSet());
    run();
    var revision = world.list(ControllerRevision.RESOURCE).getFirst();
    world.delete(ControllerRevision.RESOURCE, "default", revision.metadata().name());
    world.settle();

    assertThat(world.list(ControllerRevision.RESOURCE))
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.metadata().name()).isEqualTo(revision.metadata().name());
              assertThat(it.metadata().uid()).isNotEqualTo(revision.metadata().uid());
            });
  }

  @Test
  void mergesRevisionsOfTheSameTemplate() throws InterruptedException {
    world.create(DaemonSet.RESOURCE, daemonSet());
    run();
    var revision = world.list(ControllerRevision.RESOURCE).getFirst();
    var before = uids();
    world.create(
        ControllerRevision.RESOURCE,
        revision
            .withRevision(7)
            .withMetadata(
                Objects.named("copy")
                    .withLabels(Map.of("app", "web", DaemonPods.HASH_LABEL, "copied"))));
    run();

    assertThat(world.list(ControllerRevision.RESOURCE))
        .singleElement()
        .satisfies(it -> assertThat(it.metadata().name()).isEqualTo("copy"));
    assertThat(world.list(Pod.RESOURCE))
        .allMatch(pod -> "copied".equals(pod.metadata().labels().get(DaemonPods.HASH_LABEL)));
    assertThat(uids()).isEqualTo(before);
  }

  private static DaemonSet onDelete() {
    var set = daemonSet();
    return set.withSpec(
        set.spec()
            .withUpdateStrategy(
                set.spec().updateStrategy().withType("OnDelete").withRollingUpdate(null)));
  }

  private void fail(Pod pod) throws InterruptedException {
    var current = world.get(Pod.RESOURCE, "default", pod.metadata().name());
    world.api.updateStatus(Pod.RESOURCE, Daemons.phase(current, "Failed"));
  }

  private Pod onlyPod() {
    assertThat(world.list(Pod.RESOURCE)).hasSize(1);
    return world.list(Pod.RESOURCE).getFirst();
  }

  private Pod pod(String name) {
    return world.get(Pod.RESOURCE, "default", name);
  }

  private void run() throws InterruptedException {
    for (int i = 0; i < 10; i++) {
      world.settle();
      world.runPods();
    }
  }

  /// The image of each node's pod.
  private Map<String, String> images() {
    var images = new TreeMap<String, String>();
    for (var pod : world.list(Pod.RESOURCE)) {
      images.put(
          DaemonPods.targetNode(pod).orElseThrow(), pod.spec().containers().getFirst().image());
    }
    return images;
  }

  private Map<String, String> uids() {
    var uids = new TreeMap<String, String>();
    for (var pod : world.list(Pod.RESOURCE)) {
      uids.put(DaemonPods.targetNode(pod).orElseThrow(), pod.metadata().uid());
    }
    return uids;
  }

  private DaemonSetStatus status() {
    return world.get(DaemonSet.RESOURCE, "default", "web").status();
  }

  private void change(UnaryOperator<DaemonSet> change) {
    world.change(DaemonSet.RESOURCE, "default", "web", change);
  }

  private void setImage(String image) {
    change(set -> set.withSpec(set.spec().withTemplate(template(image))));
  }
}
