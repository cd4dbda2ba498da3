package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Api.DEFINITIONS;
import static io.kubejar.standalone.conformance.Api.JSON_PATCH;
import static io.kubejar.standalone.conformance.Trees.at;
import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.names;
import static io.kubejar.standalone.conformance.Trees.text;
import static io.kubejar.standalone.conformance.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;

/// Definitions of custom resources as objects, and what they mean for their instances.
final class CustomResourceDefinitionsTest {
  private static final String RESOURCES =
      "[sig-api-machinery] CustomResourceDefinition resources [Privileged:ClusterAdmin] ";
  private static final String SIMPLE = RESOURCES + "Simple CustomResourceDefinition ";

  @Conformance(SIMPLE + "creating/deleting custom resource definition objects works")
  void createsAndDeletesADefinition(Api api) throws Exception {
    var definition = Definition.anything(api.suffix());
    api.define(definition.json());
    assertThat(names(api.get(definition.path()))).isEmpty();

    api.delete(definition.definitionPath());
    api.awaitGone(DEFINITIONS, definition.name());
    assertThat(api.tryGet(definition.definitionPath()).code()).isEqualTo(404);
  }

  @Conformance(SIMPLE + "listing custom resource definition objects works")
  void listsAndDeletesLabelledDefinitions(Api api) throws Exception {
    var specs = new HashMap<String, JsonObject>();
    for (int i = 0; i < 10; i++) {
      var definition = Definition.anything(api.suffix() + "l" + i);
      var labels = tree("{e2e-list-test-uuid: " + api.namespace() + "}");
      var labelled = Trees.with(tree(definition.json()), "metadata.labels", labels);
      specs.put(definition.name(), api.define(labelled.toString()).object("spec"));
    }
    var other = Definition.anything(api.suffix() + "other");
    api.define(other.json());
    var selected = DEFINITIONS + "?labelSelector=e2e-list-test-uuid%3D" + api.namespace();

    var listed = new HashMap<String, JsonObject>();
    items(api.get(selected), "items")
        .forEach(item -> listed.put(text(item, "metadata.name"), item.object("spec")));
    assertThat(listed).isEqualTo(specs);

    api.delete(selected);
    api.eventually(selected, list -> names(list).isEmpty());
    assertThat(api.get(other.definitionPath()).object("metadata").text("name"))
        .isEqualTo(other.name());
  }

  @Conformance(
      SIMPLE + "getting/updating/patching custom resource definition status sub-resource works")
  void readsAndWritesTheStatus(Api api) throws Exception {
    var definition = Definition.anything(api.suffix());
    var made = api.define(definition.json());
    var path = definition.definitionPath() + "/status";

    var read = api.get(path);
    assertThat(read.get("spec")).isEqualTo(made.get("spec"));
    var conditions = new ArrayList<>(read.object("status").list("conditions"));
    conditions.add(tree("{message: updated}"));
    var updated =
        api.update(path, Trees.with(read, "status.conditions", new JsonArray(conditions)));
    assertThat(messages(updated)).contains("updated");

    var patched =
        api.patch(
            path,
            JSON_PATCH,
            """
            [{"op": "add", "path": "/status/conditions", "value": [{"message": "patched"}]}]
            """);
    assertThat(messages(patched)).contains("patched");
  }

  private static Iterable<String> messages(JsonObject definition) {
    return items(definition, "status.conditions").stream().map(it -> it.text("message")).toList();
  }

  @Conformance(
      RESOURCES + "should include custom resource definition resources in discovery documents")
  void standInDiscovery(Api api) throws Exception {
    var group = "apiextensions.k8s.io";

    assertThat(items(api.get("/apis"), "groups"))
        .anySatisfy(
            it -> {
              assertThat(it.text("name")).isEqualTo(group);
              assertThat(items(it, "versions")).anyMatch(each -> each.text("version").equals("v1"));
            });
    var alone = api.get("/apis/" + group);
    assertThat(alone.text("name")).isEqualTo(group);
    assertThat(items(alone, "versions")).anyMatch(each -> each.text("version").equals("v1"));
    var resources = api.get("/apis/" + group + "/v1");
    assertThat(resources.text("groupVersion")).isEqualTo(group + "/v1");
    assertThat(items(resources, "resources"))
        .anyMatch(each -> each.text("name").equals("customresourcedefinitions"));
  }

  @Conformance(RESOURCES + "custom resource defaulting for requests and from storage works")
  void fillsInDefaultsOfRequestsAndOfWhatIsStored(Api api) throws Exception {
    var definition =
        Definition.anything(api.suffix())
            .withSchema(
                """
                type: object
                x-kubernetes-preserve-unknown-fields: true
                properties: {a: {type: string}, b: {type: string}}
                """);
    api.define(definition.json());
    api.create(definition.path(), definition.instance("one"));
    var properties = "/spec/versions/0/schema/openAPIV3Schema/properties";

    api.patch(
        definition.definitionPath(),
        JSON_PATCH,
        "[{\"op\":\"add\",\"path\":\"" + properties + "/a/default\",\"value\":\"A\"}]");
    var one = api.eventually(definition.path() + "/one", it -> it.has("a"));
    assertThat(one.text("a")).isEqualTo("A");
    assertThat(one.has("b")).isFalse();
    var two = api.create(definition.path(), definition.instance("two"));
    assertThat(two.text("a")).isEqualTo("A");
    assertThat(two.has("b")).isFalse();

    api.patch(
        definition.definitionPath(),
        JSON_PATCH,
        """
        [{"op":"remove","path":"%1$s/a/default"},
         {"op":"add","path":"%1$s/b/default","value":"B"}]
        """
            .formatted(properties));
    var again = api.eventually(definition.path() + "/two", it -> it.has("b"));
    assertThat(again.text("b")).isEqualTo("B");
    assertThat(again.text("a")).as("stored before the default went").isEqualTo("A");
  }

  @Conformance(
      "[sig-api-machinery] CustomResourceDefinition Watch [Privileged:ClusterAdmin]"
          + " CustomResourceDefinition Watch watch on custom resource definition objects")
  void watchesInstancesOneByOne(Api api) throws Exception {
    var definition = Definition.anything(api.suffix());
    api.define(definition.json());
    try (var one = api.watch(definition.path(), "fieldSelector=metadata.name%3Dname1");
        var two = api.watch(definition.path(), "fieldSelector=metadata.name%3Dname2")) {
      for (var name : new String[] {"name1", "name2"}) {
        var made = api.create(definition.path(), definition.instance(name) + "content: {key: v}\n");
        assertThat(text(made, "metadata.uid")).isNotEmpty();
        assertThat(made.text("apiVersion")).isEqualTo(definition.apiVersion());
        assertThat(made.text("kind")).isEqualTo(definition.kind());
        var watch = name.equals("name1") ? one : two;
        assertThat(watch.next()).isEqualTo(new WatchStream.Event("ADDED", made));
      }
      for (var name : new String[] {"name1", "name2"}) {
        var patch = "[{\"op\":\"add\",\"path\":\"/dummy\",\"value\":\"test\"}]";
        api.patch(definition.path() + "/" + name, JSON_PATCH, patch);
      }
      for (var name : new String[] {"name1", "name2"}) {
        api.delete(definition.path() + "/" + name);
      }

      // Each watch saw its own object and nothing in between.
      assertSeesChangeAndEnd(one, "name1");
      assertSeesChangeAndEnd(two, "name2");
    }
  }

  private static void assertSeesChangeAndEnd(WatchStream watch, String name) throws Exception {
    var changed = watch.next();
    assertThat(changed.type()).isEqualTo("MODIFIED");
    assertThat(changed.name()).isEqualTo(name);
    assertThat(at(changed.object(), "dummy")).hasToString("\"test\"");
    var gone = watch.next();
    assertThat(gone.type()).isEqualTo("DELETED");
    assertThat(gone.name()).isEqualTo(name);
  }
}
