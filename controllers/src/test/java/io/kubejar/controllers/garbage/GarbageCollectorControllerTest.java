package io.kubejar.controllers.garbage;

import static io.kubejar.controllers.testing.Objects.named;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Event;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.controllers.testing.World;
import java.util.List;
import org.junit.jupiter.api.Test;

class GarbageCollectorControllerTest {
  private final World world = new World(new GarbageCollectorController());

  @Test
  void takesWhatAnOwnerLeavesBehindDownToTheLast() throws InterruptedException {
    var owner = create("owner");
    var child = create("child", owner);
    create("grandchild", child);
    create("stranger");
    world.settle();
    delete("owner", "Background");
    world.settle();

    assertThat(names()).containsExactly("stranger");
  }

  @Test
  void keepsWhatAnotherOwnerStillNeedsButUnlinksIt() throws InterruptedException {
    var owner = create("owner");
    var other = create("other");
    create("child", owner, other);
    world.settle();
    delete("owner", "Background");
    world.settle();

    assertThat(names()).containsExactly("child", "other");
    assertThat(world.get(ConfigMap.RESOURCE, "default", "child").metadata().ownerReferences())
        .extracting(OwnerReference::name)
        .containsExactly("other");
  }

  @Test
  void inTheForegroundTheOwnerGoesLast() throws InterruptedException {
    var owner = create("owner");
    create("child", owner);
    world.settle();
    delete("owner", "Foreground");
    assertThat(names()).containsExactly("child", "owner");
    world.settle();

    assertThat(names()).isEmpty();
    var writes = world.api.writes();
    assertThat(writes.indexOf("remove configmaps default/child"))
        .isBetween(0, writes.indexOf("remove configmaps default/owner"));
  }

  @Test
  void aCircleIsNotWaitedForInTheForeground() throws InterruptedException {
    var one = create("one");
    var two = create("two", one);
    var three = create("three", two);
    world.api.update(
        ConfigMap.RESOURCE,
        one.withMetadata(one.metadata().withOwnerReferences(references(three))));
    world.settle();
    delete("one", "Foreground");
    world.settle();

    assertThat(names()).isEmpty();
  }

  @Test
  void orphansAreKeptWithoutTheirOwner() throws InterruptedException {
    var owner = create("owner");
    create("child", owner);
    world.settle();
    delete("owner", "Orphan");
    world.settle();

    assertThat(names()).containsExactly("child");
    assertThat(world.get(ConfigMap.RESOURCE, "default", "child").metadata().ownerReferences())
        .isEmpty();
  }

  @Test
  void anOwnerThatNeverWasIsAsGoodAsGone() throws InterruptedException {
    var ghost = ConfigMap.EMPTY.withMetadata(named("ghost").withUid("no-such-uid"));
    create("child", ghost);
    world.settle();

    assertThat(names()).isEmpty();
  }

  @Test
  void anOwnerInAnotherNamespaceDoesNotCountAndIsReported() throws InterruptedException {
    var far =
        world.create(
            ConfigMap.RESOURCE,
            ConfigMap.EMPTY.withMetadata(named("far").withNamespace("elsewhere")));
    create("child", far);
    world.settle();

    assertThat(names()).containsExactly("far");
    assertThat(world.list(Event.RESOURCE))
        .extracting(Event::reason)
        .contains("OwnerRefInvalidNamespace");
  }

  private ConfigMap create(String name, KubernetesObject... owners) {
    return world.create(
        ConfigMap.RESOURCE,
        ConfigMap.EMPTY.withMetadata(named(name).withOwnerReferences(references(owners))));
  }

  private static List<OwnerReference> references(KubernetesObject... owners) {
    return List.of(owners).stream()
        .map(
            owner ->
                OwnerReference.EMPTY
                    .withApiVersion(owner.apiVersion())
                    .withKind(owner.kind())
                    .withName(owner.metadata().name())
                    .withUid(owner.metadata().uid())
                    .withBlockOwnerDeletion(true))
        .toList();
  }

  private void delete(String name, String policy) {
    world.api.delete(
        ConfigMap.RESOURCE,
        new ObjectKey("default", name),
        DeleteOptions.EMPTY.withPropagationPolicy(policy));
  }

  private List<String> names() {
    return world.list(ConfigMap.RESOURCE).stream()
        .map(map -> map.metadata().name())
        .sorted()
        .toList();
  }
}
