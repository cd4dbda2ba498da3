package io.kubejar.standalone.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/// The API as a test sees it: paths, bodies and answers, and a namespace of the test's own.
///
/// @param client whose credentials it uses
/// @param namespace the test's own
record Api(HttpsClient client, String namespace) {
  static final String JSON_PATCH = "application/json-patch+json";
  static final String MERGE_PATCH = "application/merge-patch+json";
  static final String STRATEGIC_PATCH = "application/strategic-merge-patch+json";
  static final String APPLY = "application/apply-patch+yaml";

  private static final int WATCH_SECONDS = 30;
  private static final int CONFLICTS_MAX = 10;

  Api as(HttpsClient other) {
    return new Api(other, namespace);
  }

  /// Sets the test's cluster-scoped objects apart from those of other tests.
  String suffix() {
    return namespace.replace("-", "");
  }

  /// The path of a collection of the core group in the test's namespace.
  String core(String resource) {
    return "/api/v1/namespaces/" + namespace + "/" + resource;
  }

  /// The path of a collection of another group, such as `apps/v1`, in the test's namespace.
  String path(String groupVersion, String resource) {
    return "/apis/" + groupVersion + "/namespaces/" + namespace + "/" + resource;
  }

  JsonObject create(String path, String yaml) throws IOException, InterruptedException {
    return post(path, yaml).expect(201);
  }

  Answer post(String path, String yaml) throws IOException, InterruptedException {
    return send("POST", path, "application/yaml", yaml);
  }

  JsonObject get(String path) throws IOException, InterruptedException {
    return tryGet(path).expect(200);
  }

  Answer tryGet(String path, String... headers) throws IOException, InterruptedException {
    return Answer.of(client.send("GET", path, new byte[0], headers));
  }

  JsonObject update(String path, JsonObject object) throws IOException, InterruptedException {
    return put(path, object).expect(200);
  }

  /// Changes what a controller may change meanwhile: like every client, from the newest state again
  /// after a conflict, some times.
  JsonObject change(String path, UnaryOperator<JsonObject> change)
      throws IOException, InterruptedException {
    for (int attempt = 1; attempt < CONFLICTS_MAX; attempt++) {
      var answer = put(path, change.apply(get(path)));
      if (answer.code() != 409) {
        return answer.expect(200);
      }
    }
    return update(path, change.apply(get(path)));
  }

  Answer put(String path, JsonObject object) throws IOException, InterruptedException {
    return send("PUT", path, "application/json", JsonPrinter.print(object));
  }

  JsonObject patch(String path, String type, String body) throws IOException, InterruptedException {
    return send("PATCH", path, type, body).ok();
  }

  JsonObject delete(String path) throws IOException, InterruptedException {
    return Answer.of(client.send("DELETE", path, new byte[0])).ok();
  }

  /// Deletes with options.
  JsonObject delete(String path, String options) throws IOException, InterruptedException {
    return send("DELETE", path, "application/yaml", options).ok();
  }

  Answer send(String method, String path, String type, String body)
      throws IOException, InterruptedException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    return Answer.of(client.send(method, path, bytes, "Content-Type", type));
  }

  /// Watches a collection.
  ///
  /// @param query further parameters, such as `resourceVersion=5&labelSelector=a%3Db`
  WatchStream watch(String path, String query) throws IOException, InterruptedException {
    var all = "?watch=true&timeoutSeconds=" + WATCH_SECONDS + "&" + query;
    return new WatchStream(client.open(path + all));
  }

  /// Waits until the object of this name is as wanted, and gives it so.
  JsonObject await(String collection, String name, Predicate<JsonObject> wanted)
      throws IOException, InterruptedException {
    try (var watch = watch(collection, "fieldSelector=" + encoded("metadata.name=" + name))) {
      while (true) {
        var event = watch.next();
        if (!event.type().equals("DELETED") && wanted.test(event.object())) {
          return event.object();
        }
      }
    }
  }

  /// Asks again and again until the answer is as wanted: for documents that cannot be watched. The
  /// test's time limit is the bound.
  JsonObject eventually(String path, Predicate<JsonObject> wanted)
      throws IOException, InterruptedException {
    var answer = get(path);
    while (!wanted.test(answer)) {
      answer = get(path);
    }
    return answer;
  }

  /// Waits until no object of this name is there.
  void awaitGone(String collection, String name) throws IOException, InterruptedException {
    var one = collection + "?fieldSelector=" + encoded("metadata.name=" + name);
    var list = get(one);
    if (Trees.names(list).isEmpty()) {
      return;
    }
    var query =
        "fieldSelector="
            + encoded("metadata.name=" + name)
            + "&resourceVersion="
            + Trees.text(list, "metadata.resourceVersion");
    try (var watch = watch(collection, query)) {
      watch.next("DELETED");
    }
  }

  /// Makes a definition and waits until its resources are served.
  JsonObject define(String yaml) throws IOException, InterruptedException {
    var made = create(DEFINITIONS, yaml);
    return await(DEFINITIONS, Trees.text(made, "metadata.name"), Api::isEstablished);
  }

  static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

  private static boolean isEstablished(JsonObject definition) {
    return hasCondition(definition, "Established", "True");
  }

  static boolean hasCondition(JsonObject object, String type, String status) {
    return Trees.items(object, "status.conditions").stream()
        .anyMatch(
            condition ->
                condition.text("type").equals(type) && condition.text("status").equals(status));
  }

  static String encoded(String parameter) {
    return URLEncoder.encode(parameter, StandardCharsets.UTF_8);
  }

  /// Fails unless the answer is a refusal of this kind.
  static void assertRefused(Answer answer, int code, String reason) {
    assertThat(answer.code()).as(answer.text()).isEqualTo(code);
    assertThat(answer.json().text("reason")).isEqualTo(reason);
  }
}
