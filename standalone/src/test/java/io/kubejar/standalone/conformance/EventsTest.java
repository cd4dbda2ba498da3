package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.names;
import static io.kubejar.standalone.conformance.Trees.text;
import static io.kubejar.standalone.conformance.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;
import java.util.List;

/// Events, by the API of the core group and by their own.
final class EventsTest {
  private static final String GROUP = "events.k8s.io/v1";
  private static final String SERIES =
      "{count: 100, lastObservedTime: '2017-09-19T13:49:16.000000Z'}";

  @Conformance("[sig-instrumentation] Events should manage the lifecycle of an event")
  void coreEvents(Api api) throws Exception {
    var made = api.create(api.core("events"), core(api, "event-test", "testevent-constant"));
    var everywhere = "/api/v1/events?labelSelector=testevent-constant%3D" + api.suffix();
    assertThat(names(api.get(everywhere))).containsExactly("event-test");
    var one = api.core("events/event-test");
    api.patch(one, Api.STRATEGIC_PATCH, "{\"message\":\"patched\"}");
    var patched = api.get(one);
    assertThat(text(patched, "message")).isEqualTo("patched");
    assertThat(text(patched, "metadata.uid")).isEqualTo(text(made, "metadata.uid"));

    api.update(one, patched.with("series", tree(SERIES)));
    var updated = api.get(one);
    assertThat(updated.object("series")).isEqualTo(tree(SERIES));
    assertThat(text(updated, "message")).isEqualTo("patched");
    api.delete(one);
    assertThat(names(api.get(everywhere))).isEmpty();
  }

  @Conformance("[sig-instrumentation] Events should delete a collection of events")
  void coreCollections(Api api) throws Exception {
    for (var name : List.of("test-event-1", "test-event-2", "test-event-3")) {
      api.create(api.core("events"), core(api, name, "testevent-set"));
    }
    requireDeletionOfAll(api, api.core("events"));
  }

  private static String core(Api api, String name, String label) {
    return """
    apiVersion: v1
    kind: Event
    metadata: {name: %s, labels: {%s: %s}}
    message: This is a test event
    reason: Test
    type: Normal
    count: 1
    involvedObject: {namespace: %s}
    """
        .formatted(name, label, api.suffix(), api.namespace());
  }

  @Conformance(
      "[sig-instrumentation] Events API should ensure that an event can be fetched, patched,"
          + " deleted, and listed")
  void events(Api api) throws Exception {
    var collection = api.path(GROUP, "events");
    api.create(collection, event(api, "event-test", "testevent-constant"));
    var selected = "?labelSelector=testevent-constant%3D" + api.suffix();
    var everywhere = "/apis/" + GROUP + "/events" + selected;
    assertThat(names(api.get(everywhere))).containsExactly("event-test");
    assertThat(names(api.get(collection + selected))).containsExactly("event-test");
    // One and the same event, under the name that each version has for its source.
    assertThat(names(api.get(api.core("events") + "?fieldSelector=source%3Dtest-controller")))
        .containsExactly("event-test");
    assertThat(names(api.get(collection + "?fieldSelector=reportingController%3Dtest-controller")))
        .containsExactly("event-test");

    var one = collection + "/event-test";
    var made = api.get(one);
    // Of an event of this version only the series may change, in spite of the entry's description.
    var first = "{count: 2, lastObservedTime: '2017-09-19T13:49:16.000000Z'}";
    api.patch(one, Api.STRATEGIC_PATCH, tree("{series: " + first + "}").toString());
    var patched = api.get(one);
    assertThat(bare(patched)).isEqualTo(bare(made.with("series", tree(first))));
    var wanted = patched.with("series", tree(SERIES));
    api.update(one, wanted);
    assertThat(bare(api.get(one))).isEqualTo(bare(wanted));
    api.delete(one);
    assertThat(names(api.get(everywhere))).isEmpty();
    assertThat(names(api.get(collection + selected))).isEmpty();
  }

  @Conformance("[sig-instrumentation] Events API should delete a collection of events")
  void collections(Api api) throws Exception {
    var collection = api.path(GROUP, "events");
    for (var name : List.of("test-event-1", "test-event-2", "test-event-3")) {
      api.create(collection, event(api, name, "testevent-set"));
    }
    requireDeletionOfAll(api, collection);
  }

  private static String event(Api api, String name, String label) {
    return """
    apiVersion: events.k8s.io/v1
    kind: Event
    metadata: {name: %1$s, labels: {%2$s: %3$s}}
    regarding: {namespace: %4$s}
    eventTime: '2017-09-19T13:49:16.000000Z'
    note: This is %1$s
    action: Do
    reason: Test
    type: Normal
    reportingController: test-controller
    reportingInstance: test-node
    """
        .formatted(name, label, api.suffix(), api.namespace());
  }

  private static void requireDeletionOfAll(Api api, String collection) throws Exception {
    var selected = collection + "?labelSelector=testevent-set%3D" + api.suffix();
    assertThat(names(api.get(selected))).hasSize(3);
    api.delete(selected);
    assertThat(names(api.get(selected))).isEmpty();
  }

  /// Without what the server writes at every change.
  private static JsonObject bare(JsonObject object) {
    var metadata = object.object("metadata").without("resourceVersion").without("managedFields");
    return object.with("metadata", metadata);
  }
}
