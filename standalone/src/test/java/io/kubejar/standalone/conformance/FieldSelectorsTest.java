package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.names;
import static io.kubejar.standalone.conformance.Trees.text;
import static io.kubejar.standalone.conformance.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonArray;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Custom resources found by their own fields, in two versions between which a webhook converts.
final class FieldSelectorsTest {
  private static final String HOST = "host=host1";
  private static final String HOST_AND_PORT = "host=host1,port=80";
  private static final String BOTH_IN_ONE = "hostPort=host1:80";

  @Conformance(
      "[sig-api-machinery] CustomResourceFieldSelectors [Privileged:ClusterAdmin]"
          + " CustomResourceFieldSelectors MUST list and watch custom resources matching the field"
          + " selector")
  void findAndFollow(Api api) throws Exception {
    try (var hooks = Webhooks.start(api)) {
      var definition = define(api, hooks);
      var v1 = api.path(definition.apiVersion(), definition.plural());
      var v2 = v1.replace("/v1/", "/v2/");
      try (var hosts = watch(api, v2, HOST);
          var ports = watch(api, v2, HOST_AND_PORT);
          var old = watch(api, v1, BOTH_IN_ONE);
          var informedOfHosts = watchFromAList(api, v2, HOST);
          var informedOfPorts = watchFromAList(api, v2, HOST_AND_PORT)) {
        create(api, definition, v2, "one", "host: host1\nport: '80'\n");
        create(api, definition, v2, "two", "host: host1\nport: '8080'\n");
        create(api, definition, v2, "three", "host: host2\n");
        assertThat(found(api, v2, HOST)).containsExactly("one", "two");
        assertThat(found(api, v2, HOST_AND_PORT)).containsExactly("one");
        assertThat(found(api, v1, BOTH_IN_ONE)).containsExactly("one");
        assertThat(found(api, v1, "hostPort=host1:8080")).containsExactly("two");

        api.delete(v2 + selecting(HOST_AND_PORT));
        api.change(v2 + "/two", it -> Trees.with(it, "host", "host2"));
        assertThat(found(api, v2, HOST)).isEmpty();
        assertThat(found(api, v2, HOST_AND_PORT)).isEmpty();
        for (var watch : List.of(hosts, informedOfHosts)) {
          assertThat(seen(watch, 4))
              .containsExactly("ADDED one", "ADDED two", "DELETED one", "DELETED two");
        }
        for (var watch : List.of(ports, old, informedOfPorts)) {
          assertThat(seen(watch, 2)).containsExactly("ADDED one", "DELETED one");
        }
      }
      api.delete(definition.definitionPath());
    }
  }

  private static List<String> seen(WatchStream watch, int count) throws Exception {
    var seen = new ArrayList<String>();
    while (seen.size() < count) {
      var event = watch.next();
      seen.add(event.type() + " " + event.name());
    }
    return seen;
  }

  private static WatchStream watch(Api api, String path, String selector) throws Exception {
    return api.watch(path, "fieldSelector=" + Api.encoded(selector));
  }

  /// What an informer asks for: a list, and then what comes after it.
  private static WatchStream watchFromAList(Api api, String path, String selector)
      throws Exception {
    var list = api.get(path + selecting(selector));
    assertThat(items(list, "items")).isEmpty();
    var since = "&resourceVersion=" + text(list, "metadata.resourceVersion");
    return api.watch(path, "fieldSelector=" + Api.encoded(selector) + since);
  }

  private static String selecting(String selector) {
    return "?fieldSelector=" + Api.encoded(selector);
  }

  private static List<String> found(Api api, String path, String selector) throws Exception {
    return names(api.get(path + selecting(selector))).stream()
        .sorted(Comparator.comparingInt(List.of("one", "two", "three")::indexOf))
        .toList();
  }

  private static void create(
      Api api, Definition definition, String path, String name, String fields) throws Exception {
    api.create(path, definition.instance(name).replace("/v1\n", "/v2\n") + fields);
  }

  private static Definition define(Api api, Webhooks hooks) throws Exception {
    var v1 = "{type: object, properties: {hostPort: {type: string}}}";
    var v2 = "{type: object, properties: {host: {type: string}, port: {type: string}}}";
    var definition = Definition.of(api.suffix() + ".example.com", "Selectable", v1, "v1", "v2");
    var body = tree(definition.json());
    var both = items(body, "spec.versions");
    var first =
        both.getFirst().with("selectableFields", JsonArray.of(tree("{jsonPath: .hostPort}")));
    var second =
        Trees.with(both.getLast(), "schema.openAPIV3Schema", tree(v2))
            .with(
                "selectableFields",
                JsonArray.of(tree("{jsonPath: .host}"), tree("{jsonPath: .port}")));
    var conversion =
        "{strategy: Webhook, webhook: {conversionReviewVersions: [v1, v1beta1], clientConfig: %s}}"
            .formatted(hooks.at("/crdconvert"));
    var complete = Trees.with(body, "spec.versions", JsonArray.of(first, second));
    api.define(Trees.with(complete, "spec.conversion", tree(conversion)).toString());
    return definition;
  }
}
