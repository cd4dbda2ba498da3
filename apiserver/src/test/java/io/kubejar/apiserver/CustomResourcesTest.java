package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinitionCondition;
import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.apimachinery.unstructured.UnstructuredTypes;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.cache.WatchItem;
import io.kubejar.apiserver.verbs.PatchRequest;
import io.kubejar.apiserver.verbs.ReadOptions;
import io.kubejar.apiserver.verbs.Watching;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Definitions come and go, and their resources with them.
class CustomResourcesTest {
  private static final ResourceType<Unstructured> CRONTABS =
      UnstructuredTypes.of(
          new GroupVersionKind("stable.example.com", "v1", "CronTab"), "crontabs", true);
  private static final ResourceType<Unstructured> CRONTABS_V2 =
      UnstructuredTypes.of(
          new GroupVersionKind("stable.example.com", "v2", "CronTab"), "crontabs", true);
  private static final ObjectKey NAME = ObjectKey.clusterScoped("crontabs.stable.example.com");
  private static final ObjectKey MINE = new ObjectKey("default", "mine");

  private World world;

  @BeforeEach
  void start() throws InterruptedException {
    world = World.started();
  }

  @Test
  void servesADefinitionOnceItsNamesAreAccepted() throws Exception {
    define("crontabs", "CronTab");

    assertThat(conditions(NAME))
        .containsExactly(
            "NamesAccepted=True NoConflicts: no conflicts found",
            "Established=True InitialNamesAccepted: the initial names have been accepted");
    var created = world.api.create(CRONTABS, cronTab("mine"));
    assertThat(created.metadata().generation()).isEqualTo(1);
    assertThat(created.metadata().uid()).isNotEmpty();
    assertThat(world.api.get(CRONTABS, MINE)).isEqualTo(created);
    assertThat(world.api.list(CRONTABS, ReadOptions.ALL).items()).containsExactly(created);
  }

  @Test
  void knowsNothingOfAResourceBeforeItsDefinition() {
    assertThatThrownBy(() -> world.api.get(CRONTABS, MINE))
        .isInstanceOf(ApiException.class)
        .hasMessageStartingWith("the server could not find the requested resource");
  }

  @Test
  void storesObjectsAsJsonUnderUpstreamsKeys() throws Exception {
    define("crontabs", "CronTab");
    world.api.create(CRONTABS, cronTab("mine"));

    var entry = world.store.get("/registry/stable.example.com/crontabs/default/mine").entry();
    var stored = (JsonObject) JsonParser.parse(entry.orElseThrow().value().array());
    assertThat(stored.text("apiVersion")).isEqualTo("stable.example.com/v1");
    assertThat(stored.object("metadata").has("resourceVersion")).isFalse();
    assertThat(stored.object("spec").text("cronSpec")).isEqualTo("* * * * */5");
  }

  @Test
  void countsEveryChangeButThoseOfMetadata() throws Exception {
    define("crontabs", "CronTab");
    var created = world.api.create(CRONTABS, cronTab("mine"));
    var labelled = patch("{\"metadata\":{\"labels\":{\"a\":\"b\"}}}");
    var changed = patch("{\"spec\":{\"image\":\"other\"}}");
    var elsewhere = patch("{\"data\":{\"x\":1}}");

    assertThat(created.metadata().generation()).isEqualTo(1);
    assertThat(labelled.metadata().generation()).isEqualTo(1);
    assertThat(changed.metadata().generation()).isEqualTo(2);
    assertThat(elsewhere.metadata().generation()).isEqualTo(3);
  }

  @Test
  void showsOneObjectInAllVersions() throws Exception {
    define("crontabs", "CronTab");
    world.api.create(CRONTABS, cronTab("mine"));
    var seen = world.api.get(CRONTABS_V2, MINE);

    assertThat(seen.apiVersion()).isEqualTo("stable.example.com/v2");
    assertThat(seen.content()).isEqualTo(cronTab("mine").content());
  }

  @Test
  void showsChangesToWatchersOfEveryVersion() throws Exception {
    define("crontabs", "CronTab");
    var before = world.api.list(CRONTABS_V2, ReadOptions.ALL).resourceVersion();
    var from = ReadOptions.ALL.withResourceVersion(before, "");
    try (var watch = world.api.watch(CRONTABS_V2, from, new Watching(false, false))) {
      world.api.create(CRONTABS, cronTab("mine"));

      var item = (WatchItem.Change<Unstructured>) Objects.requireNonNull(watch.poll());
      assertThat(item.type()).isEqualTo(WatchItem.Type.ADDED);
      assertThat(item.object().object().apiVersion()).isEqualTo("stable.example.com/v2");
    }
  }

  @Test
  void refusesNamesThatAnotherDefinitionHas() throws Exception {
    define("crontabs", "CronTab");
    define("others", "CronTab");

    assertThat(conditions(ObjectKey.clusterScoped("others.stable.example.com")))
        .containsExactly(
            "NamesAccepted=False ListKindConflict: \"CronTabList\" is already in use",
            "Established=False NotAccepted: not all names are accepted");
  }

  @Test
  void givesAFreedNameToWhoWaitsForIt() throws Exception {
    define("crontabs", "CronTab");
    define("others", "CronTab");
    world.api.delete(CustomResourceDefinition.RESOURCE, NAME, DeleteOptions.EMPTY);
    world.settle();

    assertThat(conditions(ObjectKey.clusterScoped("others.stable.example.com")))
        .containsExactly(
            "NamesAccepted=True NoConflicts: no conflicts found",
            "Established=True InitialNamesAccepted: the initial names have been accepted");
  }

  @Test
  void removesAllObjectsBeforeADefinitionGoes() throws Exception {
    define("crontabs", "CronTab");
    world.api.create(CRONTABS, cronTab("mine"));
    world.api.delete(CustomResourceDefinition.RESOURCE, NAME, DeleteOptions.EMPTY);
    world.settle();

    assertThatThrownBy(() -> definition(NAME)).isInstanceOf(ApiException.class);
    assertThatThrownBy(() -> world.api.get(CRONTABS, MINE))
        .hasMessageStartingWith("the server could not find the requested resource");
    assertThat(world.store.get("/registry/stable.example.com/crontabs/default/mine").entry())
        .isEmpty();
  }

  @Test
  void waitsForObjectsThatSomebodyHolds() throws Exception {
    define("crontabs", "CronTab");
    var held = cronTab("mine");
    world.api.create(
        CRONTABS, held.withMetadata(held.metadata().withFinalizers(List.of("example.com/hold"))));
    world.api.delete(CustomResourceDefinition.RESOURCE, NAME, DeleteOptions.EMPTY);
    world.settle();

    assertThat(conditions(NAME))
        .contains(
            "Terminating=True InstanceDeletionInProgress: CustomResource deletion is in progress");
    assertThatThrownBy(() -> world.api.create(CRONTABS, cronTab("new")))
        .hasMessageContaining("create not allowed while custom resource definition is terminating");
    world.clock.advance(Duration.ofMinutes(1));
    world.settle();
    assertThat(conditions(NAME))
        .contains(
            "Terminating=True InstanceDeletionCheck: could not confirm zero CustomResources"
                + " remaining: context deadline exceeded");

    patch("{\"metadata\":{\"finalizers\":null}}");
    world.settle();
    assertThatThrownBy(() -> definition(NAME)).isInstanceOf(ApiException.class);
  }

  @Test
  void endsTheWatchesOfAResourceThatGoes() throws Exception {
    define("crontabs", "CronTab");
    try (var watch = world.api.watch(CRONTABS, ReadOptions.ALL, new Watching(false, false))) {
      world.api.delete(CustomResourceDefinition.RESOURCE, NAME, DeleteOptions.EMPTY);
      world.settle();

      assertThat(watch.poll()).isInstanceOf(WatchItem.Closed.class);
    }
  }

  @Test
  void servesWhatWasThereBeforeARestart() throws Exception {
    define("crontabs", "CronTab");
    var created = world.api.create(CRONTABS, cronTab("mine"));
    world.server.close();
    var again = new ApiServer(ApiServerOptions.of(world.store, world.clock, new Random(2)));
    again.start();

    var api = again.api(UserInfo.of("admin", UserInfo.MASTERS_GROUP), "test");
    assertThat(api.get(CRONTABS, MINE)).isEqualTo(created);
    assertThat(api.list(ServiceAccount.RESOURCE, ReadOptions.ALL).items()).isNotEmpty();
  }

  @Test
  void remembersEveryVersionThatWasEverStored() throws Exception {
    define("crontabs", "CronTab");
    var older = world.api.create(CRONTABS, cronTab("older"));
    var definition = definition(NAME);
    var versions =
        definition.spec().versions().stream()
            .map(version -> version.withStorage(version.name().equals("v2")))
            .toList();
    world.api.update(
        CustomResourceDefinition.RESOURCE,
        definition.withSpec(definition.spec().withVersions(versions)));
    world.settle();

    assertThat(definition(NAME).status().storedVersions()).containsExactly("v1", "v2");
    world.api.create(CRONTABS, cronTab("mine"));
    assertThat(stored("mine").text("apiVersion")).isEqualTo("stable.example.com/v2");
    assertThat(stored("older").text("apiVersion")).isEqualTo("stable.example.com/v1");

    // Writing it unchanged is how a migration moves it to the version that is stored now.
    var moved = world.api.update(CRONTABS, older);
    assertThat(stored("older").text("apiVersion")).isEqualTo("stable.example.com/v2");
    assertThat(world.api.update(CRONTABS, moved)).isEqualTo(moved);
  }

  private JsonObject stored(String name) throws InterruptedException {
    var entry = world.store.get("/registry/stable.example.com/crontabs/default/" + name).entry();
    return (JsonObject) JsonParser.parse(entry.orElseThrow().value().array());
  }

  private void define(String plural, String kind) throws InterruptedException {
    var tree =
        Yaml.parse(
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: %1$s.stable.example.com}
            spec:
              group: stable.example.com
              scope: Namespaced
              names: {plural: %1$s, kind: %2$s}
              versions:
              - name: v1
                served: true
                storage: true
                schema: &schema
                  openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
              - name: v2
                served: true
                storage: false
                schema: *schema
            """
                .formatted(plural, kind)
                .getBytes(StandardCharsets.UTF_8));
    world.api.create(
        CustomResourceDefinition.RESOURCE, CustomResourceDefinition.CODEC.fromTree(tree));
    world.settle();
  }

  private CustomResourceDefinition definition(ObjectKey name) throws InterruptedException {
    return world.api.get(CustomResourceDefinition.RESOURCE, name);
  }

  private List<String> conditions(ObjectKey name) throws InterruptedException {
    return definition(name).status().conditions().stream().map(CustomResourcesTest::text).toList();
  }

  private static String text(CustomResourceDefinitionCondition condition) {
    return condition.type()
        + "="
        + condition.status()
        + " "
        + condition.reason()
        + ": "
        + condition.message();
  }

  private static Unstructured cronTab(String name) {
    var content =
        (JsonObject)
            JsonParser.parse("{\"spec\":{\"cronSpec\":\"* * * * */5\",\"image\":\"nice\"}}");
    return Unstructured.named(CRONTABS.gvk(), "default", name).withContent(content);
  }

  private Unstructured patch(String patch) throws InterruptedException {
    var body = JsonParser.parse(patch);
    return world.api.patch(CRONTABS, MINE, "", new PatchRequest(PatchRequest.Type.MERGE, body), "");
  }
}
