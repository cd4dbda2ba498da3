package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.at;
import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.names;
import static io.kubejar.standalone.conformance.Trees.text;
import static io.kubejar.standalone.conformance.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.standalone.conformance.WatchStream.Event;
import java.util.ArrayList;
import java.util.List;

/// What upstream asks of nearly every kind: that discovery knows it, and that its objects can be
/// created, read, listed, watched, patched, updated, and deleted one by one and all at once.
///
/// @param groupVersion such as `apps/v1`, or `v1` for the core group
/// @param resource the plural
/// @param namespaced whether the objects are in the test's namespace
/// @param body an object without name and labels, in YAML; every object made begins as this
/// @param patch further fields of the merge patch, in YAML
/// @param changes what the update sets besides an annotation
record Operations(
    Api api,
    String groupVersion,
    String resource,
    boolean namespaced,
    String body,
    String patch,
    List<Change> changes) {
  private static final String LABEL = "special-label";

  /// A value that an update sets, and that must then be there.
  record Change(String path, JsonValue value) {}

  static Operations cluster(Api api, String groupVersion, String resource, String body) {
    return new Operations(api, groupVersion, resource, false, body, "{}", List.of());
  }

  static Operations namespaced(Api api, String groupVersion, String resource, String body) {
    return new Operations(api, groupVersion, resource, true, body, "{}", List.of());
  }

  Operations patchedWith(String yaml) {
    return new Operations(api, groupVersion, resource, namespaced, body, yaml, changes);
  }

  Operations updatedWith(String path, JsonValue value) {
    var more = new ArrayList<>(changes);
    more.add(new Change(path, value));
    return new Operations(api, groupVersion, resource, namespaced, body, patch, more);
  }

  /// The objects that one of these tests has made, the last one named first.
  void requireAll() throws Exception {
    requireInDiscovery();
    var object = createThree();
    try (var watch = watch()) {
      var everywhere = api.watch(root(), selected() + "&" + since(api.get(root())));
      var patched = requirePatch(object);
      var updated = requireUpdate(object);
      assertThat(watch.next()).isEqualTo(new Event("MODIFIED", patched));
      assertThat(everywhere.next()).isEqualTo(new Event("MODIFIED", patched));
      assertThat(watch.next()).isEqualTo(new Event("MODIFIED", updated));
      everywhere.close();
    }
    requireDeletion(object);
  }

  /// The same for kinds that controllers write too, so that a watch sees more than the test's own
  /// changes.
  void requireAllButWatches() throws Exception {
    requireInDiscovery();
    var object = createThree();
    requirePatch(object);
    requireUpdate(object);
    requireDeletion(object);
  }

  /// The same for kinds that a controller holds back from their removal for a moment.
  void requireLifeUnderProtection() throws Exception {
    requireInDiscovery();
    var name = createThree();
    requirePatch(name);
    requireUpdate(name);
    assertThat(uid(name)).isNotEmpty();
    api.delete(one(name));
    api.awaitGone(collection(), name);
    var rest = names(api.get(list()));
    assertThat(rest).hasSize(2);
    api.delete(list());
    for (var each : rest) {
      api.awaitGone(collection(), each);
    }
  }

  /// Discovery names the group, the version, the resource and these subresources.
  void requireInDiscovery(String... subresources) throws Exception {
    int slash = groupVersion.indexOf('/');
    var version = groupVersion.substring(slash + 1);
    if (slash > 0) {
      var group = groupVersion.substring(0, slash);
      var listed =
          items(api.get("/apis"), "groups").stream()
              .filter(each -> each.text("name").equals(group))
              .findFirst()
              .orElseThrow();
      for (var description : List.of(listed, api.get("/apis/" + group))) {
        assertThat(items(description, "versions").stream().map(it -> it.text("version")))
            .contains(version);
      }
    }
    var served = items(api.get(prefix()), "resources").stream().map(it -> it.text("name")).toList();
    assertThat(served).contains(resource);
    for (var subresource : subresources) {
      assertThat(served).contains(resource + "/" + subresource);
    }
  }

  /// Makes three objects; gives the name of the last.
  String createThree() throws Exception {
    create();
    create();
    var created = create();
    var name = text(created, "metadata.name");
    assertThat(text(api.get(one(name)), "metadata.uid")).isEqualTo(text(created, "metadata.uid"));
    assertThat(names(api.get(list()))).hasSize(3).contains(name);
    assertThat(names(api.get(root() + "?" + selected()))).hasSize(3).contains(name);
    return name;
  }

  private JsonObject create() throws Exception {
    var metadata =
        tree("{generateName: e2e-example-, labels: {%s: %s}}".formatted(LABEL, api.suffix()));
    return api.create(collection(), Trees.with(tree(body), "metadata", metadata).toString());
  }

  JsonObject requirePatch(String name) throws Exception {
    var merged = Trees.with(tree(patch), "metadata.annotations.patched", "true");
    long before = version(api.get(one(name)));
    var patched = api.patch(one(name), Api.MERGE_PATCH, merged.toString());
    assertThat(version(patched)).isGreaterThan(before);
    assertContains(patched, merged, "");
    return patched;
  }

  /// Later states of an object have greater versions.
  private static long version(JsonObject object) {
    return Long.parseLong(text(object, "metadata.resourceVersion"));
  }

  /// Every leaf of the patch is in the object.
  private static void assertContains(JsonValue object, JsonValue part, String path) {
    if (part instanceof JsonObject fields) {
      fields.fields().forEach((name, value) -> assertContains(object, value, path + "." + name));
    } else {
      assertThat(at(object, path.substring(1))).as(path).isEqualTo(part);
    }
  }

  JsonObject requireUpdate(String name) throws Exception {
    var updated = api.change(one(name), this::changed);
    assertThat(text(updated, "metadata.annotations.updated")).isEqualTo("true");
    for (var change : changes) {
      assertThat(at(updated, change.path())).isEqualTo(change.value());
    }
    return updated;
  }

  private JsonObject changed(JsonObject found) {
    var wanted = Trees.with(found, "metadata.annotations.updated", "true");
    for (var change : changes) {
      wanted = Trees.with(wanted, change.path(), change.value());
    }
    return wanted;
  }

  /// Reads, patches and updates the status, which is a list of conditions.
  void requireConditions(String name) throws Exception {
    var path = one(name) + "/status";
    assertThat(text(api.get(path), "metadata.uid")).isEqualTo(uid(name));
    var patched = api.patch(path, Api.MERGE_PATCH, conditions("PatchStatusFailed"));
    assertThat(Api.hasCondition(patched, "PatchStatusFailed", "False")).isTrue();
    var wanted = at(tree(conditions("StatusUpdateFailed")), "status.conditions");
    var updated = api.change(path, found -> Trees.with(found, "status.conditions", wanted));
    assertThat(Api.hasCondition(updated, "StatusUpdateFailed", "False")).isTrue();
  }

  private static String conditions(String type) {
    return """
    {"status":{"conditions":[{"type":"%s","status":"False","reason":"E2E","message":"set by a test",
     "lastTransitionTime":"2026-01-01T00:00:00Z"}]}}
    """
        .formatted(type);
  }

  /// A second object of a name is refused, and a watch sees the first come and go.
  void requireOneOfEachName() throws Exception {
    var metadata = tree("{name: e2e-%1$s, labels: {%2$s: %1$s}}".formatted(api.suffix(), LABEL));
    var named = Trees.with(tree(body), "metadata", metadata).toString();
    try (var watch = watch()) {
      api.create(collection(), named);
      Api.assertRefused(api.post(collection(), named), 409, "AlreadyExists");
      assertThat(watch.next().type()).isEqualTo("ADDED");
      api.delete(one("e2e-" + api.suffix()));
      assertThat(watch.next().type()).isEqualTo("DELETED");
    }
  }

  /// An object is found by a label that a patch gave it; it goes, another of its name comes, is
  /// found by a label that an update gave it, and goes by that label.
  void requireLifeByLabels() throws Exception {
    var name = "e2e-life-" + api.suffix();
    var patched = "labelSelector=" + name + "%3Dpatched";
    var updated = "labelSelector=" + name + "%3Dupdated";
    var made = createNamed(name);
    assertThat(text(api.get(one(name)), "metadata.name")).isEqualTo(name);
    var changed =
        api.patch(
            one(name),
            Api.STRATEGIC_PATCH,
            "{\"metadata\":{\"labels\":{\"%s\":\"patched\"}}}".formatted(name));
    assertThat(version(changed)).isGreaterThan(version(made));
    assertThat(names(api.get(root() + "?" + patched))).containsExactly(name);
    api.delete(one(name));
    api.awaitGone(collection(), name);

    var again = createNamed(name);
    assertThat(text(again, "metadata.uid")).isNotEqualTo(text(made, "metadata.uid"));
    api.change(one(name), it -> Trees.with(it, "metadata.labels." + name, "updated"));
    assertThat(names(api.get(root() + "?" + updated))).containsExactly(name);
    api.delete(collection() + "?" + updated);
    api.awaitGone(collection(), name);
  }

  private JsonObject createNamed(String name) throws Exception {
    var metadata = tree("{name: %s}".formatted(name));
    return api.create(collection(), Trees.with(tree(body), "metadata", metadata).toString());
  }

  /// A watch of the objects of this test, from their list on.
  WatchStream watch() throws Exception {
    return api.watch(collection(), selected() + "&" + since(api.get(list())));
  }

  String uid(String name) throws Exception {
    return text(api.get(one(name)), "metadata.uid");
  }

  void requireDeletion(String name) throws Exception {
    api.delete(one(name));
    assertThat(api.tryGet(one(name)).code()).isEqualTo(404);
    assertThat(names(api.get(list()))).hasSize(2);
    api.delete(list());
    assertThat(names(api.get(list()))).isEmpty();
  }

  String one(String name) {
    return collection() + "/" + name;
  }

  private String prefix() {
    return groupVersion.contains("/") ? "/apis/" + groupVersion : "/api/" + groupVersion;
  }

  private String root() {
    return prefix() + "/" + resource;
  }

  private String collection() {
    return namespaced ? prefix() + "/namespaces/" + api.namespace() + "/" + resource : root();
  }

  private String list() {
    return collection() + "?" + selected();
  }

  private String selected() {
    return "labelSelector=" + LABEL + "%3D" + api.suffix();
  }

  private static String since(JsonObject list) {
    return "resourceVersion=" + text(list, "metadata.resourceVersion");
  }
}
