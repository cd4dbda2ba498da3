package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.apps.v1.Deployment;
import io.kubejar.api.apps.v1.DeploymentSpec;
import io.kubejar.api.batch.v1.Job;
import io.kubejar.api.core.v1.Binding;
import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.EphemeralContainer;
import io.kubejar.api.core.v1.Event;
import io.kubejar.api.core.v1.Namespace;
import io.kubejar.api.core.v1.ObjectReference;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.meta.v1.Preconditions;
import io.kubejar.apiserver.verbs.PatchRequest;
import io.kubejar.apiserver.verbs.ReadOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How objects come, change and go.
class LifecycleTest {
  private static final ObjectKey WEB = new ObjectKey("default", "web");

  private World world;

  @BeforeEach
  void start() throws InterruptedException {
    world = World.started();
  }

  @Test
  void givesNewObjectsTheirIdentity() throws Exception {
    var created = create("a");

    assertThat(created.metadata().uid()).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    assertThat(created.metadata().creationTimestamp()).isEqualTo(world.clock.instant());
    assertThat(created.metadata().resourceVersion())
        .isEqualTo(Long.toString(world.store.revision()));
  }

  @Test
  void generatesNamesFromUpstreamsAlphabet() throws Exception {
    var metadata = ObjectMeta.EMPTY.withNamespace("default").withGenerateName("web-");
    var created = world.api.create(ConfigMap.RESOURCE, ConfigMap.EMPTY.withMetadata(metadata));

    assertThat(created.metadata().name()).matches("web-[bcdfghjklmnpqrstvwxz2456789]{5}");
  }

  @Test
  void writesNothingWhenNothingChanges() throws Exception {
    var created = create("a");
    var updated = world.api.update(ConfigMap.RESOURCE, created);

    assertThat(updated.metadata().resourceVersion())
        .isEqualTo(created.metadata().resourceVersion());
  }

  @Test
  void countsGenerationsOfWhatIsWantedOnly() throws Exception {
    var created = world.api.create(Deployment.RESOURCE, deployment());
    var labelled =
        world.api.update(
            Deployment.RESOURCE,
            created.withMetadata(created.metadata().withLabels(Map.of("a", "b"))));
    var scaled =
        world.api.update(Deployment.RESOURCE, labelled.withSpec(labelled.spec().withReplicas(5)));

    assertThat(created.metadata().generation()).isEqualTo(1);
    assertThat(labelled.metadata().generation()).isEqualTo(1);
    assertThat(scaled.metadata().generation()).isEqualTo(2);
  }

  @Test
  void keepsStatusAndSpecApart() throws Exception {
    var created = world.api.create(Deployment.RESOURCE, deployment());
    var both =
        created
            .withSpec(created.spec().withReplicas(9))
            .withStatus(created.status().withReplicas(7));
    var reported = world.api.updateSubresource(Deployment.RESOURCE, both, "status");

    assertThat(reported.status().replicas()).isEqualTo(7);
    assertThat(reported.spec().replicas()).isEqualTo(1);
  }

  @Test
  void removesPodsOnNoNodeAtOnce() throws Exception {
    world.api.create(Pod.RESOURCE, World.pod("web"));

    assertThat(world.api.delete(Pod.RESOURCE, WEB, DeleteOptions.EMPTY)).isEmpty();
  }

  @Test
  void givesNodesTimeToEndTheirPods() throws Exception {
    bound();
    var deleted = world.api.delete(Pod.RESOURCE, WEB, DeleteOptions.EMPTY).orElseThrow();

    assertThat(deleted.metadata().deletionGracePeriodSeconds()).isEqualTo(30L);
    assertThat(deleted.metadata().deletionTimestamp())
        .isEqualTo(world.clock.instant().plusSeconds(30));
    // A binding is no new generation.
    assertThat(deleted.metadata().generation()).isEqualTo(2);
  }

  @Test
  void neverMakesADeletionSlower() throws Exception {
    bound();
    var options = DeleteOptions.EMPTY;
    world.api.delete(Pod.RESOURCE, WEB, options.withGracePeriodSeconds(10L));
    var again =
        world.api.delete(Pod.RESOURCE, WEB, options.withGracePeriodSeconds(60L)).orElseThrow();
    var faster =
        world.api.delete(Pod.RESOURCE, WEB, options.withGracePeriodSeconds(5L)).orElseThrow();

    assertThat(again.metadata().deletionGracePeriodSeconds()).isEqualTo(10L);
    assertThat(faster.metadata().deletionGracePeriodSeconds()).isEqualTo(5L);
    assertThat(world.api.delete(Pod.RESOURCE, WEB, options.withGracePeriodSeconds(0L))).isEmpty();
  }

  @Test
  void waitsForFinalizers() throws Exception {
    var metadata = World.named("a").withFinalizers(List.of("example.com/mine"));
    world.api.create(ConfigMap.RESOURCE, ConfigMap.EMPTY.withMetadata(metadata));
    var key = new ObjectKey("default", "a");
    var lingering = world.api.delete(ConfigMap.RESOURCE, key, DeleteOptions.EMPTY).orElseThrow();
    world.api.update(
        ConfigMap.RESOURCE, lingering.withMetadata(lingering.metadata().withFinalizers(List.of())));

    assertThat(lingering.metadata().deletionTimestamp()).isNotNull();
    assertThatThrownBy(() -> world.api.get(ConfigMap.RESOURCE, key))
        .isInstanceOfSatisfying(ApiException.class, it -> assertThat(it.isNotFound()).isTrue());
  }

  @Test
  void marksForTheGarbageCollectorWhatDependentsWait() throws Exception {
    world.api.create(Deployment.RESOURCE, deployment());
    var options = DeleteOptions.EMPTY.withPropagationPolicy("Foreground");
    var deleted = world.api.delete(Deployment.RESOURCE, WEB, options).orElseThrow();

    assertThat(deleted.metadata().finalizers()).containsExactly("foregroundDeletion");
  }

  /// As it was before there was a garbage collector; kubectl asks for the background.
  @Test
  void leavesThePodsOfAJobUnlessToldOtherwise() throws Exception {
    assertThat(deletedJob("left", DeleteOptions.EMPTY)).containsExactly("orphan");
    assertThat(deletedJob("taken", DeleteOptions.EMPTY.withPropagationPolicy("Foreground")))
        .containsExactly("foregroundDeletion");
    var key = new ObjectKey("default", "gone");
    world.api.create(Job.RESOURCE, job("gone"));
    world.api.delete(Job.RESOURCE, key, DeleteOptions.EMPTY.withPropagationPolicy("Background"));
    assertThatThrownBy(() -> world.api.get(Job.RESOURCE, key)).hasMessageContaining("not found");
  }

  /// The finalizers that stay of a job that was deleted so.
  private List<String> deletedJob(String name, DeleteOptions options) throws Exception {
    world.api.create(Job.RESOURCE, job(name));
    var key = new ObjectKey("default", name);
    world.api.delete(Job.RESOURCE, key, options);
    return world.api.get(Job.RESOURCE, key).metadata().finalizers();
  }

  private static Job job(String name) {
    var pod =
        PodTemplateSpec.EMPTY
            .spec()
            .withRestartPolicy("Never")
            .withContainers(List.of(Container.EMPTY.withName("c").withImage("busybox")));
    return Job.EMPTY
        .withMetadata(ObjectMeta.EMPTY.withNamespace("default").withName(name))
        .withSpec(Job.EMPTY.spec().withTemplate(PodTemplateSpec.EMPTY.withSpec(pod)));
  }

  @Test
  void checksPreconditionsOfDeletions() throws Exception {
    create("a");
    var options = DeleteOptions.EMPTY.withPreconditions(new Preconditions("other", null));
    var key = new ObjectKey("default", "a");

    assertThatThrownBy(() -> world.api.delete(ConfigMap.RESOURCE, key, options))
        .hasMessageContaining(
            "the UID in the precondition (other) does not match the UID in record (");
  }

  @Test
  void bindsAPodOnce() throws Exception {
    bound();

    assertThatThrownBy(() -> bind("node-2"))
        .hasMessage(
            "Operation cannot be fulfilled on pods/binding \"web\": pod web is already assigned to"
                + " node \"node-1\"");
  }

  @Test
  void ephemeralContainersComeByTheirSubresourceOnlyAndStay() throws Exception {
    bound();
    var debugger = EphemeralContainer.EMPTY.withName("debugger").withImage("busybox");

    assertThatThrownBy(() -> world.api.update(Pod.RESOURCE, withEphemeral(debugger)))
        .hasMessageContaining("pod updates may not change fields other than");
    world.api.updateSubresource(Pod.RESOURCE, withEphemeral(debugger), "ephemeralcontainers");

    assertThat(world.api.get(Pod.RESOURCE, WEB).spec().ephemeralContainers())
        .extracting(EphemeralContainer::name)
        .containsExactly("debugger");
    assertThatThrownBy(
            () ->
                world.api.updateSubresource(
                    Pod.RESOURCE,
                    withEphemeral(debugger.withImage("other")),
                    "ephemeralcontainers"))
        .hasMessageContaining(
            "spec.ephemeralContainers: Forbidden: existing ephemeral containers \"debugger\" may"
                + " not be changed");
    assertThatThrownBy(
            () -> world.api.updateSubresource(Pod.RESOURCE, withEphemeral(), "ephemeralcontainers"))
        .hasMessageContaining("existing ephemeral containers \"debugger\" may not be removed");
  }

  private Pod withEphemeral(EphemeralContainer... containers) throws InterruptedException {
    var pod = world.api.get(Pod.RESOURCE, WEB);
    return pod.withSpec(pod.spec().withEphemeralContainers(List.of(containers)));
  }

  @Test
  void emptiesNamespacesBeforeTheyGo() throws Exception {
    var key = ObjectKey.clusterScoped("x");
    world.api.create(
        Namespace.RESOURCE, Namespace.EMPTY.withMetadata(ObjectMeta.EMPTY.withName("x")));
    var ending = world.api.delete(Namespace.RESOURCE, key, DeleteOptions.EMPTY).orElseThrow();

    assertThat(ending.status().phase()).isEqualTo("Terminating");
    assertThatThrownBy(
            () ->
                world.api.create(
                    ConfigMap.RESOURCE,
                    ConfigMap.EMPTY.withMetadata(World.named("a").withNamespace("x"))))
        .hasMessageContaining(
            "unable to create new content in namespace x because it is being terminated");
    world.api.updateSubresource(
        Namespace.RESOURCE, ending.withSpec(ending.spec().withFinalizers(List.of())), "finalize");
    assertThatThrownBy(() -> world.api.get(Namespace.RESOURCE, key))
        .hasMessage("namespaces \"x\" not found");
  }

  @Test
  void forgetsEventsAfterAnHour() throws Exception {
    var event =
        Event.EMPTY
            .withMetadata(World.named("e"))
            .withInvolvedObject(ObjectReference.EMPTY.withNamespace("default"));
    world.api.create(Event.RESOURCE, event);
    world.clock.advance(Duration.ofMinutes(59));
    world.store.expireDue();
    int before = world.api.list(Event.RESOURCE, ReadOptions.ALL).items().size();
    world.clock.advance(Duration.ofMinutes(2));
    world.store.expireDue();

    assertThat(before).isEqualTo(1);
    assertThat(world.api.list(Event.RESOURCE, ReadOptions.ALL).items()).isEmpty();
    assertThat(world.api.list(io.kubejar.api.events.v1.Event.RESOURCE, ReadOptions.ALL).items())
        .isEmpty();
  }

  @Test
  void keepsEventsAsLongAsItIsTold() throws Exception {
    var brief = World.started(options -> options.withEventsKept(Duration.ofMinutes(2)));
    brief.api.create(
        Event.RESOURCE,
        Event.EMPTY
            .withMetadata(World.named("e"))
            .withInvolvedObject(ObjectReference.EMPTY.withNamespace("default")));
    brief.settle();
    brief.clock.advance(Duration.ofSeconds(119));
    brief.settle();
    int before = brief.api.list(Event.RESOURCE, ReadOptions.ALL).items().size();
    brief.clock.advance(Duration.ofSeconds(1));
    brief.settle();

    assertThat(before).isEqualTo(1);
    assertThat(brief.api.list(Event.RESOURCE, ReadOptions.ALL).items()).isEmpty();
  }

  @Test
  void showsEventsInBothGroups() throws Exception {
    var event =
        Event.EMPTY
            .withMetadata(World.named("e"))
            .withInvolvedObject(ObjectReference.EMPTY.withNamespace("default"))
            .withMessage("hello");
    world.api.create(Event.RESOURCE, event);
    var other =
        world.api.get(io.kubejar.api.events.v1.Event.RESOURCE, new ObjectKey("default", "e"));

    assertThat(other.note()).isEqualTo("hello");
  }

  @Test
  void patchesInAllFourWays() throws Exception {
    world.api.create(Deployment.RESOURCE, deployment());
    patch(PatchRequest.Type.JSON, "[{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":2}]");
    patch(PatchRequest.Type.MERGE, "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
    patch(
        PatchRequest.Type.STRATEGIC,
        "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"nginx\"}]}}}}");
    var applied =
        patch(
            PatchRequest.Type.APPLY,
            "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"annotations\":{\"x\":\"y\"}}}");

    assertThat(applied.spec().replicas()).isEqualTo(2);
    assertThat(applied.metadata().labels()).isEqualTo(Map.of("a", "b"));
    assertThat(applied.spec().template().spec().containers().getFirst().image()).isEqualTo("nginx");
    assertThat(applied.metadata().annotations()).isEqualTo(Map.of("x", "y"));
  }

  @Test
  void refusesToTakeFieldsFromOthersUnlessForced() throws Exception {
    world.api.create(Deployment.RESOURCE, deployment());
    var config = "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"spec\":{\"replicas\":9}}";

    assertThatThrownBy(() -> apply(config, false))
        .isInstanceOfSatisfying(ApiException.class, it -> assertThat(it.isConflict()).isTrue())
        .hasMessageContaining("conflict with \"test\"");
    assertThat(apply(config, true).spec().replicas()).isEqualTo(9);
  }

  private Deployment patch(PatchRequest.Type type, String json) throws InterruptedException {
    var patch = new PatchRequest(type, JsonParser.parse(json));
    return world.api.patch(Deployment.RESOURCE, WEB, "", patch, "");
  }

  private Deployment apply(String json, boolean force) throws InterruptedException {
    var patch =
        new PatchRequest(
            PatchRequest.Type.APPLY,
            JsonParser.parse(json),
            force,
            io.kubejar.apiserver.wire.FieldValidation.STRICT);
    return world.api.patch(Deployment.RESOURCE, WEB, "", patch, "applier");
  }

  private void bound() throws InterruptedException {
    world.api.create(Pod.RESOURCE, World.pod("web"));
    bind("node-1");
  }

  private void bind(String node) throws InterruptedException {
    var target = ObjectReference.EMPTY.withKind("Node").withName(node);
    var binding = Binding.EMPTY.withMetadata(World.named("web")).withTarget(target);
    world.api.createSubresource(Pod.RESOURCE, WEB, "binding", binding);
  }

  private ConfigMap create(String name) throws InterruptedException {
    return world.api.create(ConfigMap.RESOURCE, ConfigMap.EMPTY.withMetadata(World.named(name)));
  }

  private static Deployment deployment() {
    var labels = Map.of("app", "web");
    var template =
        PodTemplateSpec.EMPTY
            .withMetadata(ObjectMeta.EMPTY.withLabels(labels))
            .withSpec(World.pod("web").spec());
    return Deployment.EMPTY
        .withMetadata(World.named("web"))
        .withSpec(
            DeploymentSpec.EMPTY
                .withSelector(LabelSelector.EMPTY.withMatchLabels(labels))
                .withTemplate(template));
  }
}
