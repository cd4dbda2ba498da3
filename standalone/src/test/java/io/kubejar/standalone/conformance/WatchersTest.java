package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.standalone.conformance.WatchStream.Event;
import java.util.ArrayList;
import java.util.List;

/// Watches of ConfigMaps. That a watch does not see an event is proven by the next one it sees.
final class WatchersTest {
  private static final String AREA = "[sig-api-machinery] Watchers ";
  private static final String LABEL = "watch-this-configmap";

  @Conformance(AREA + "should observe add, update, and delete watch notifications on configmaps")
  void showChangesToThoseWhoSelectTheObject(Api api) throws Exception {
    var path = api.core("configmaps");
    try (var watchA = api.watch(path, selecting("A"));
        var watchB = api.watch(path, selecting("B"));
        var both = api.watch(path, "labelSelector=" + Api.encoded(LABEL + " in (A,B)"))) {
      var eventsA = new ArrayList<Event>();
      var a = api.create(path, configMap("a", "A"));
      eventsA.add(new Event("ADDED", a));
      for (var value : List.of("1", "2")) {
        a = api.update(path + "/a", Trees.with(a, "data.mutation", value));
        eventsA.add(new Event("MODIFIED", a));
      }
      api.delete(path + "/a");
      var b = api.create(path, configMap("b", "B"));
      api.delete(path + "/b");

      assertSees(watchA, eventsA);
      assertGone(watchA, "a");
      assertSees(both, eventsA);
      assertGone(both, "a");
      for (var watch : List.of(watchB, both)) {
        assertSees(watch, List.of(new Event("ADDED", b)));
        assertGone(watch, "b");
      }
    }
  }

  @Conformance(AREA + "should be able to start watching from a specific resource version")
  void beginWhereTheyAreTold(Api api) throws Exception {
    var path = api.core("configmaps");
    var made = api.create(path, configMap("c", "from"));
    var first = api.update(path + "/c", Trees.with(made, "data.mutation", "1"));
    var second = api.update(path + "/c", Trees.with(first, "data.mutation", "2"));
    api.delete(path + "/c");

    try (var watch = api.watch(path, selecting("from") + since(first))) {
      assertSees(watch, List.of(new Event("MODIFIED", second)));
      assertGone(watch, "c");
    }
  }

  @Conformance(
      AREA
          + "should be able to restart watching from the last resource version observed by the"
          + " previous watch")
  void goOnWhereAnotherEnded(Api api) throws Exception {
    var path = api.core("configmaps");
    JsonObject last;
    try (var broken = api.watch(path, selecting("restart"))) {
      var made = api.create(path, configMap("c", "restart"));
      api.update(path + "/c", Trees.with(made, "data.mutation", "1"));
      assertSees(broken, List.of(new Event("ADDED", made)));
      last = broken.next("MODIFIED").object();
    }
    var second = api.update(path + "/c", Trees.with(last, "data.mutation", "2"));
    try (var restarted = api.watch(path, selecting("restart") + since(last))) {
      api.delete(path + "/c");

      assertSees(restarted, List.of(new Event("MODIFIED", second)));
      assertGone(restarted, "c");
    }
  }

  @Conformance(
      AREA
          + "should observe an object deletion if it stops meeting the requirements of the"
          + " selector")
  void takeAnObjectForGoneThatIsNoLongerSelected(Api api) throws Exception {
    var path = api.core("configmaps");
    try (var watch = api.watch(path, selecting("changing"))) {
      var made = api.create(path, configMap("c", "changing"));
      var first = api.update(path + "/c", Trees.with(made, "data.mutation", "1"));
      var hidden = api.update(path + "/c", labelled(first, "wrong-value"));
      assertSees(watch, List.of(new Event("ADDED", made), new Event("MODIFIED", first)));
      assertGone(watch, "c");

      var second = api.update(path + "/c", Trees.with(hidden, "data.mutation", "2"));
      var restored = api.update(path + "/c", labelled(second, "changing"));
      var third = api.update(path + "/c", Trees.with(restored, "data.mutation", "3"));
      api.delete(path + "/c");
      assertSees(watch, List.of(new Event("ADDED", restored), new Event("MODIFIED", third)));
      assertGone(watch, "c");
    }
  }

  @Conformance(AREA + "should receive events on concurrent watches in same order")
  void showTheSameOrderToAll(Api api) throws Exception {
    int events = 100;
    var path = api.core("configmaps");
    var start = api.get(path);
    var writer = Thread.ofVirtual().start(() -> write(api, path, events));
    var versions = new ArrayList<String>();
    var later = new ArrayList<WatchStream>();
    try (var first = api.watch(path, since(start))) {
      for (int i = 0; i < events; i++) {
        var seen = first.next().object();
        versions.add(text(seen, "metadata.resourceVersion"));
        later.add(api.watch(path, since(seen)));
      }
    }
    for (int i = 0; i < later.size(); i++) {
      for (var expected : versions.subList(i + 1, versions.size())) {
        assertThat(text(later.get(i).next().object(), "metadata.resourceVersion"))
            .isEqualTo(expected);
      }
      later.get(i).close();
    }
    writer.join();
  }

  /// Creates, changes and deletes ConfigMaps by turns, as many writes as asked for.
  private static void write(Api api, String path, int writes) {
    try {
      for (int i = 0; i < writes; i++) {
        var name = "cm-" + i / 3;
        switch (i % 3) {
          case 0 -> api.create(path, configMap(name, "order"));
          case 1 -> api.patch(path + "/" + name, Api.MERGE_PATCH, "{\"data\":{\"a\":\"b\"}}");
          default -> api.delete(path + "/" + name);
        }
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String configMap(String name, String label) {
    return "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s, labels: {%s: %s}}}"
        .formatted(name, LABEL, label);
  }

  private static JsonObject labelled(JsonObject object, String label) {
    return Trees.with(object, "metadata.labels", JsonObject.of(LABEL, new JsonString(label)));
  }

  private static String selecting(String label) {
    return "labelSelector=" + Api.encoded(LABEL + "=" + label);
  }

  private static String since(JsonObject object) {
    return "&resourceVersion=" + text(object, "metadata.resourceVersion");
  }

  private static void assertSees(WatchStream watch, List<Event> events) throws Exception {
    for (var event : events) {
      assertThat(watch.next()).isEqualTo(event);
    }
  }

  private static void assertGone(WatchStream watch, String name) throws Exception {
    var event = watch.next();
    assertThat(event.type()).isEqualTo("DELETED");
    assertThat(event.name()).isEqualTo(name);
  }
}
