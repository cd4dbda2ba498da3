package io.kubejar.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.api.openapi.OpenApi;
import io.kubejar.api.openapi.Swagger;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.protobuf.ProtobufReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// The documents have upstream's structure; only the sentences are ours.
class OpenApiTest {
  private final OpenApi openApi = new OpenApi();

  @Test
  void definitionsOfVersion2EqualUpstreamsExceptForDescriptions() throws IOException {
    var upstream = upstream().object("definitions");
    var ours = version2().object("definitions");

    assertThat(ours.fields()).hasSizeGreaterThan(500);
    ours.fields()
        .forEach(
            (name, definition) -> {
              assertThat(upstream.has(name)).as(name).isTrue();
              assertThat(structure((JsonObject) definition))
                  .as(name)
                  .isEqualTo(structure(upstream.object(name)));
            });
  }

  @Test
  void pathsOfVersion2LeadToUpstreamsOperations() throws IOException {
    var upstream = upstream().object("paths");
    var ours = version2().object("paths");

    assertThat(ours.fields()).hasSizeGreaterThan(200);
    ours.fields()
        .forEach(
            (path, operations) ->
                ((JsonObject) operations)
                    .fields()
                    .forEach(
                        (method, operation) -> {
                          if (operation instanceof JsonObject mine) {
                            var theirs = upstream.object(path).object(method);
                            assertThat(facts(mine))
                                .as(method + " " + path)
                                .isEqualTo(facts(theirs));
                          }
                        }));
    var missing = new TreeSet<>(upstream.fields().keySet());
    missing.removeAll(ours.fields().keySet());
    missing.removeIf(path -> path.endsWith("/") || path.matches(".*(alpha|beta|/watch/|/logs/).*"));
    assertThat(missing).isEmpty();
  }

  @Test
  void everyReferenceOfAVersion3DocumentIsResolvedInIt() {
    assertThat(openApi.v3Hashes()).containsKeys("api/v1", "apis/apps/v1", "apis/batch/v1");
    for (var path : openApi.v3Hashes().keySet()) {
      var document = (JsonObject) JsonParser.parse(openApi.v3(path).orElseThrow());
      var schemas = document.object("components").object("schemas");
      var targets = new TreeSet<String>();
      references(document, targets);
      assertThat(schemas.fields().keySet()).as(path).containsAll(targets);
    }
  }

  @Test
  void customResourcesAreJsonWithoutStrategicPatches() {
    var type =
        new ResourceType<>(
            new GroupVersionKind("stable.example.com", "v1", "CronTab"),
            "crontabs",
            "crontab",
            List.of(),
            List.of(),
            true,
            Set.of("create", "delete", "deletecollection", "get", "list", "patch", "update"),
            List.of(),
            ConfigMap.class,
            ConfigMap.CODEC);
    var name = OpenApi.customDefinition(type.gvk());

    var document =
        openApi.v3Custom(
            List.of(type), Map.of(name, JsonObject.of("type", new JsonString("object"))));

    var item =
        document
            .object("paths")
            .object("/apis/stable.example.com/v1/namespaces/{namespace}/crontabs/{name}");
    assertThat(item.object("patch").object("requestBody").object("content").fields())
        .containsOnlyKeys(
            "application/json-patch+json",
            "application/merge-patch+json",
            "application/apply-patch+yaml");
    assertThat(item.object("get").text("operationId"))
        .isEqualTo("readStableExampleComV1NamespacedCronTab");
    assertThat(item.object("get").object("responses").object("200").object("content").fields())
        .containsOnlyKeys("application/json", "application/yaml");
    assertThat(document.object("components").object("schemas").fields())
        .containsKeys("com.example.stable.v1.CronTab", "com.example.stable.v1.CronTabList");
  }

  @Test
  void patchesOfVersion3SayThatFieldsAreValidated() {
    var document = (JsonObject) JsonParser.parse(openApi.v3("apis/apps/v1").orElseThrow());
    var patch =
        document
            .object("paths")
            .object("/apis/apps/v1/namespaces/{namespace}/deployments/{name}")
            .object("patch");

    assertThat(patch.list("parameters"))
        .extracting(each -> ((JsonObject) each).text("name"))
        .contains("fieldValidation", "dryRun", "fieldManager", "force");
    assertThat(patch.object("requestBody").object("content").fields())
        .containsKeys("application/strategic-merge-patch+json", "application/apply-patch+yaml");
  }

  @Test
  void theProtobufFormHoldsTheSameNames() throws IOException {
    var json = version2();
    var definitions = new TreeSet<String>();
    var paths = new TreeSet<String>();

    var protobuf = new ByteArrayOutputStream();
    new Swagger(List.of(openApi.v2())).writeProtobuf(protobuf);
    var in = ProtobufReader.of(protobuf.toByteArray());
    for (int field = in.nextField(); field != 0; field = in.nextField()) {
      switch (field) {
        case 8 -> names(in, 2, paths);
        case 9 -> names(in, 1, definitions);
        default -> in.skip();
      }
    }

    assertThat(definitions).isEqualTo(json.object("definitions").fields().keySet());
    assertThat(paths).isEqualTo(json.object("paths").fields().keySet());
  }

  private static void names(ProtobufReader in, int wanted, Set<String> into) {
    int outer = in.beginMessage();
    for (int field = in.nextField(); field != 0; field = in.nextField()) {
      assertThat(field).isEqualTo(wanted);
      int entry = in.beginMessage();
      assertThat(in.nextField()).isEqualTo(1);
      into.add(in.string());
      in.endMessage(entry);
    }
    in.endMessage(outer);
  }

  @Test
  void anUnknownGroupHasNoDocument() {
    assertThat(openApi.v3("apis/example.com/v1")).isEmpty();
  }

  private JsonObject version2() throws IOException {
    var json = new ByteArrayOutputStream();
    new Swagger(List.of(openApi.v2())).writeJson(json);
    return (JsonObject) JsonParser.parse(json.toByteArray());
  }

  private static JsonObject upstream() throws IOException {
    var file = ReferenceFiles.find("openapi-v2-v1.36.json");
    assumeTrue(file.isPresent(), ReferenceFiles.ABSENT);
    return (JsonObject) JsonParser.parse(Files.readAllBytes(file.get()));
  }

  /// What tools rely on, without sentences and without the order of what has none.
  private static JsonValue structure(JsonObject definition) {
    var bare = (JsonObject) withoutDescriptions(definition);
    if (bare.has("required")) {
      var sorted = new ArrayList<>(bare.list("required"));
      sorted.sort((one, other) -> one.toString().compareTo(other.toString()));
      bare = bare.with("required", new JsonArray(sorted));
    }
    // Some meta kinds say every group that there is; we have fewer groups.
    return bare.list("x-kubernetes-group-version-kind").size() > 1
        ? bare.without("x-kubernetes-group-version-kind")
        : bare;
  }

  private static JsonObject facts(JsonObject operation) {
    var facts = new LinkedHashMap<String, JsonValue>();
    for (var name :
        new String[] {
          "operationId", "x-kubernetes-action", "x-kubernetes-group-version-kind", "tags"
        }) {
      var value = operation.get(name);
      if (value != null) {
        facts.put(name, value);
      }
    }
    var answers = (JsonObject) withoutDescriptions(operation.object("responses"));
    facts.put("responses", answers);
    return new JsonObject(facts);
  }

  private static JsonValue withoutDescriptions(JsonValue value) {
    return switch (value) {
      case JsonObject object -> {
        var kept = new LinkedHashMap<String, JsonValue>();
        object
            .fields()
            .forEach(
                (name, field) -> {
                  if (!name.equals("description") || !(field instanceof JsonString)) {
                    kept.put(name, withoutDescriptions(field));
                  }
                });
        yield new JsonObject(kept);
      }
      case JsonArray array ->
          new JsonArray(array.values().stream().map(OpenApiTest::withoutDescriptions).toList());
      default -> value;
    };
  }

  private static void references(JsonValue tree, Set<String> into) {
    switch (tree) {
      case JsonObject object ->
          object
              .fields()
              .forEach(
                  (name, value) -> {
                    if (name.equals("$ref") && value instanceof JsonString(var target)) {
                      into.add(target.substring(target.lastIndexOf('/') + 1));
                    }
                    references(value, into);
                  });
      case JsonArray array -> array.forEach(each -> references(each, into));
      default -> {}
    }
  }
}
