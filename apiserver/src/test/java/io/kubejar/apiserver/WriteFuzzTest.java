package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.BuiltInResources;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.schema.Schemas;
import io.kubejar.apimachinery.schema.TypeSchema.Struct;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Creates, patches and applies what chance brings, through a whole server. Nothing of it is an
/// internal error, and what is stored afterwards can be read in every format.
class WriteFuzzTest {
  private static final List<ResourceType<?>> TYPES =
      BuiltInResources.all().stream().filter(type -> type.allows("create")).toList();

  private static final List<String> OBJECTS =
      List.of(
          """
          {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"a": "b"}}
          """,
          """
          {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"},
           "spec": {"selector": {"matchLabels": {"a": "b"}},
                    "template": {"metadata": {"labels": {"a": "b"}},
                      "spec": {"containers": [{"name": "c", "image": "i",
                        "env": [{"name": "E", "value": "1"}], "ports": [{"containerPort": 80}]}],
                        "volumes": [{"name": "v", "emptyDir": {}}]}}}}
          """,
          """
          {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"},
           "spec": {"selector": {"a": "b"}, "ports": [{"port": 80}]}}
          """,
          """
          {"apiVersion": "autoscaling/v1", "kind": "HorizontalPodAutoscaler",
           "metadata": {"name": "h"}, "spec": {"maxReplicas": 3,
             "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "d"}}}
          """,
          """
          {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole",
           "metadata": {"name": "r"}, "rules": [{"verbs": ["get"], "apiGroups": [""],
             "resources": ["pods"]}]}
          """,
          """
          {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
           "metadata": {"name": "n"}, "spec": {"podSelector": {}, "ingress": [{"ports": [
             {"port": 1}]}]}}
          """);

  private static TestServer server;
  private static Http http;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start();
    http = Http.as(server, "admin", "system:masters");
    for (var object : OBJECTS) {
      assertThat(http.post(collection(object), object).statusCode()).as(object).isEqualTo(201);
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void anyObjectIsTakenOrRefused() {
    Rounds.run(1500, chance -> create(chance, chance.of(TYPES)));
  }

  private static void create(Chance chance, ResourceType<?> type) throws Exception {
    var body = new Samples(chance, chance.oneIn(2)).object(type.gvk(), "x" + chance.below(1000));

    var answer = send("POST", path(type) + "?dryRun=All", body, "application/json");

    assertNoFault(answer, body);
  }

  @Test
  void anyPatchIsTakenOrRefused() {
    Rounds.run(1500, chance -> patch(chance, chance.of(OBJECTS)));
  }

  private static void patch(Chance chance, String object) throws Exception {
    var at = tree(object);
    var path = collection(object) + "/" + at.object("metadata").text("name");
    var stored = Http.json(http.get(path));
    var kind = kind(at);
    var sample = new Samples(chance, true);
    var type = chance.of("json-patch+json", "merge-patch+json", "strategic-merge-patch+json");
    JsonValue body =
        type.equals("json-patch+json")
            ? new JsonArray(chance.list(0, 4, () -> operation(chance, stored, sample)))
            : directed(chance, partial(chance, sample, Schemas.of(kind).orElseThrow(), stored));
    if (chance.oneIn(3)) {
      type = "apply-patch+yaml";
    }
    var query =
        type.startsWith("apply")
            ? "?fieldManager=m" + chance.below(3) + chance.of("", "&force=true", "&dryRun=All")
            : chance.of("", "?dryRun=All", "?fieldValidation=Strict", "?fieldManager=m");

    var answer = send("PATCH", path + query, body, "application/" + type);

    assertNoFault(answer, body);
    assertThat(http.get(path).statusCode()).isEqualTo(200);
    var accept = "application/vnd.kubernetes.protobuf";
    assertThat(http.get(path, "Accept", accept).statusCode()).isEqualTo(200);
  }

  /// A few refusals have the code of a fault, as upstream's, and give no reason: the server says by
  /// that who is to blame for them.
  private static void assertNoFault(HttpResponse<byte[]> answer, JsonValue body) {
    if (answer.statusCode() >= 500) {
      assertThat(Http.json(answer).text("reason")).as("%s\n%s", body, text(answer)).isEmpty();
    }
  }

  /// Some fields of an object, made up anew.
  private static JsonObject partial(Chance chance, Samples sample, Struct type, JsonObject stored) {
    var fields = new LinkedHashMap<String, JsonValue>();
    for (var name : List.of("apiVersion", "kind")) {
      fields.put(name, new JsonString(stored.text(name)));
    }
    var names = new ArrayList<>(type.fields().keySet());
    names.sort(null);
    chance.list(
        1,
        2,
        () -> {
          var name = chance.of(names);
          var field = java.util.Objects.requireNonNull(type.fields().get(name));
          return fields.put(name, sample.value(field.type(), 3));
        });
    return new JsonObject(fields);
  }

  /// With a directive of strategic merge patches somewhere, which others take for a field.
  private static JsonObject directed(Chance chance, JsonObject patch) {
    if (!chance.oneIn(3)) {
      return patch;
    }
    var name = chance.of(List.copyOf(patch.fields().keySet()));
    var directive =
        chance.of(
            "$patch", "$retainKeys", "$setElementOrder/" + name, "$deleteFromPrimitiveList/a");
    JsonValue value =
        chance.of(
            new JsonString(chance.of("replace", "delete", "merge", "x")),
            new JsonArray(List.of(new JsonString(name))),
            JsonObject.EMPTY);
    return chance.oneIn(2) || !(patch.get(name) instanceof JsonObject inner)
        ? patch.with(directive, value)
        : patch.with(name, inner.with(directive, value));
  }

  private static JsonObject operation(Chance chance, JsonObject stored, Samples sample) {
    var fields = new LinkedHashMap<String, JsonValue>();
    var operation = chance.of("add", "remove", "replace", "move", "copy", "test", "x");
    fields.put("op", new JsonString(operation));
    fields.put("path", new JsonString(pointer(chance, stored)));
    fields.put("from", new JsonString(pointer(chance, stored)));
    fields.put("value", sample.any(2));
    if (chance.oneIn(10)) {
      fields.remove(chance.of(List.copyOf(fields.keySet())));
    }
    return new JsonObject(fields);
  }

  /// A pointer to something that is there, or nearly.
  private static String pointer(Chance chance, JsonValue value) {
    if (chance.oneIn(12)) {
      return chance.of("", "/", "/-", "/-1", "/00", "/99999999999", "/~", "/~2", "/~1", "x");
    }
    return switch (value) {
      case JsonObject object when !object.fields().isEmpty() -> {
        var name = chance.of(List.copyOf(object.fields().keySet()));
        var next = java.util.Objects.requireNonNull(object.get(name));
        yield "/"
            + name.replace("~", "~0").replace("/", "~1")
            + (chance.oneIn(4) ? "" : pointer(chance, next));
      }
      case JsonArray array when !array.values().isEmpty() -> {
        int index = chance.below(array.values().size());
        yield "/" + index + (chance.oneIn(4) ? "" : pointer(chance, array.values().get(index)));
      }
      default -> "";
    };
  }

  private static String path(ResourceType<?> type) {
    var version = type.gvk().apiVersion();
    return (version.contains("/") ? "/apis/" : "/api/")
        + version
        + (type.namespaced() ? "/namespaces/default/" : "/")
        + type.plural();
  }

  private static String collection(String object) {
    var kind = kind(tree(object));
    return path(BuiltInResources.find(kind).orElseThrow());
  }

  private static HttpResponse<byte[]> send(String method, String path, JsonValue body, String type)
      throws IOException, InterruptedException {
    return http.send(
        method, path, body.toString().getBytes(StandardCharsets.UTF_8), "Content-Type", type);
  }

  private static JsonObject tree(String json) {
    return (JsonObject) JsonParser.parse(json);
  }

  private static GroupVersionKind kind(JsonObject object) {
    return GroupVersionKind.parse(object.text("apiVersion"), object.text("kind"));
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
