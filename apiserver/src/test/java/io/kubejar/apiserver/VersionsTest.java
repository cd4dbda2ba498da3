package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.autoscaling.v2.HorizontalPodAutoscaler;
import io.kubejar.api.core.v1.Event;
import io.kubejar.api.core.v1.ObjectReference;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.meta.v1.ManagedFieldsEntry;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.apiserver.cache.WatchItem;
import io.kubejar.apiserver.verbs.PatchRequest;
import io.kubejar.apiserver.verbs.ReadOptions;
import io.kubejar.apiserver.verbs.Watching;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One stored resource, seen through all versions it is served in.
class VersionsTest {
  private static final ResourceType<io.kubejar.api.autoscaling.v1.HorizontalPodAutoscaler> V1 =
      io.kubejar.api.autoscaling.v1.HorizontalPodAutoscaler.RESOURCE;
  private static final ResourceType<HorizontalPodAutoscaler> V2 = HorizontalPodAutoscaler.RESOURCE;
  private static final ResourceType<io.kubejar.api.events.v1.Event> EVENTS =
      io.kubejar.api.events.v1.Event.RESOURCE;
  private static final ObjectKey KEY = new ObjectKey("default", "h");

  private World world;

  @BeforeEach
  void start() throws Exception {
    world = World.started();
  }

  private <T extends KubernetesObject> T apply(
      ResourceType<T> type, String manager, boolean force, String spec) throws Exception {
    var yaml =
        "{apiVersion: %s, kind: %s, spec: %s}"
            .formatted(type.gvk().apiVersion(), type.gvk().kind(), spec);
    var patch =
        new PatchRequest(
            PatchRequest.Type.APPLY,
            Yaml.parse(yaml),
            force,
            io.kubejar.apiserver.wire.FieldValidation.STRICT);
    return world.api.patch(type, KEY, "", patch, manager);
  }

  private static String owned(KubernetesObject object, String manager) {
    return object.metadata().managedFields().stream()
        .filter(entry -> entry.manager().equals(manager))
        .map(VersionsTest::text)
        .reduce("", String::concat);
  }

  private static String text(ManagedFieldsEntry entry) {
    return entry.operation()
        + " "
        + entry.apiVersion()
        + " "
        + JsonPrinter.print(ManagedFieldsEntry.CODEC.toTree(entry));
  }

  @Test
  void managersOfOneVersionConflictWithThoseOfTheOther() throws Exception {
    var target = "scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: d}";
    apply(V2, "two", false, "{" + target + ", maxReplicas: 5}");

    assertThatThrownBy(() -> apply(V1, "one", false, "{" + target + ", maxReplicas: 7}"))
        .isInstanceOf(ApiException.class)
        .hasMessageContaining("conflict with \"two\": .spec.maxReplicas");
    var forced = apply(V1, "one", true, "{" + target + ", maxReplicas: 7}");

    assertThat(owned(forced, "one")).startsWith("Apply autoscaling/v1").contains("f:maxReplicas");
    assertThat(owned(forced, "two"))
        .startsWith("Apply autoscaling/v2")
        .doesNotContain("f:maxReplicas");
    assertThat(world.api.get(V2, KEY).spec().maxReplicas()).isEqualTo(7);
  }

  @Test
  void aFieldThatIsNoLongerAppliedGoesEvenIfItIsCalledOtherwiseThere() throws Exception {
    var target = "scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: d}, maxReplicas: 5";
    apply(V1, "one", false, "{" + target + ", targetCPUUtilizationPercentage: 40}");
    var before = world.api.get(V2, KEY).spec().metrics();
    var after = apply(V1, "one", false, "{" + target + "}");

    assertThat(before)
        .extracting(io.kubejar.api.autoscaling.v2.MetricSpec::type)
        .containsExactly("Resource");
    assertThat(after.spec().targetCPUUtilizationPercentage()).isEqualTo(80);
  }

  @Test
  void aWatchShowsTheVersionItAskedFor() throws Exception {
    var watch = world.api.watch(EVENTS, ReadOptions.ALL, new Watching(false, false));
    world.api.create(
        Event.RESOURCE,
        Event.EMPTY
            .withMetadata(World.named("e"))
            .withInvolvedObject(ObjectReference.EMPTY.withNamespace("default").withName("p"))
            .withMessage("hello"));

    assertThat(watch.poll())
        .isInstanceOfSatisfying(
            WatchItem.Change.class,
            change ->
                assertThat(((io.kubejar.api.events.v1.Event) change.object().object()).note())
                    .isEqualTo("hello"));
    watch.close();
  }

  private static ReadOptions where(String fields) {
    return new ReadOptions("", "", "", fields, "", "", 0, "");
  }

  @Test
  void eachVersionHasItsOwnNamesForSelectableFields() throws Exception {
    world.api.create(
        Event.RESOURCE,
        Event.EMPTY
            .withMetadata(World.named("e"))
            .withInvolvedObject(ObjectReference.EMPTY.withNamespace("default").withName("p")));
    var old = where("involvedObject.name=p");
    var others = where("regarding.name=q");

    assertThat(world.api.list(Event.RESOURCE, old).items()).hasSize(1);
    assertThat(world.api.list(EVENTS, where("regarding.name=p")).items()).hasSize(1);
    assertThat(world.api.list(EVENTS, others).items()).isEmpty();
    assertThatThrownBy(() -> world.api.list(EVENTS, old))
        .hasMessageContaining("field label not supported: involvedObject.name");
  }

  @Test
  void whatAdmissionAddsBelongsToNobody() throws Exception {
    var created = world.api.create(Pod.RESOURCE, World.pod("p"));

    assertThat(created.spec().serviceAccountName()).isEqualTo("default");
    assertThat(owned(created, "test")).contains("f:image").doesNotContain("f:serviceAccountName");
  }

  @Test
  void nobodyOwnsAnObjectTwice() throws Exception {
    var owner = new OwnerReference("ConfigMap", "o", "u", "v1", null, null);
    var pod = World.pod("p");
    var created =
        world.api.create(
            Pod.RESOURCE,
            pod.withMetadata(pod.metadata().withOwnerReferences(List.of(owner, owner))));

    assertThat(created.metadata().ownerReferences()).containsExactly(owner);
  }
}
