package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Server-side apply through the subresources, over HTTPS: who owns what, and what is refused.
class ApplyRulesTest {
  private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
  private static final String DEPLOYMENT =
      """
      {apiVersion: apps/v1, kind: Deployment, metadata: {name: %s, labels: {app: web}},
       spec: {replicas: 3, selector: {matchLabels: {a: b}},
         template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}}
      """;
  private static final String SCALE =
      "{apiVersion: autoscaling/v1, kind: Scale, metadata: {name: %s}, spec: {replicas: %d}}";

  private static TestServer server;
  private static Http http;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    server = TestServer.start();
    http = Http.as(server, "admin", "system:masters");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void whoScalesTakesTheNumberFromItsOwner() throws Exception {
    apply(DEPLOYMENTS + "/taken", "creator", DEPLOYMENT.formatted("taken"));

    var answer =
        patch(DEPLOYMENTS + "/taken/scale?fieldManager=scaler", "{\"spec\":{\"replicas\":5}}");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(owners("taken", "spec", "replicas")).containsExactly("scaler Update apps/v1 scale");
    assertThat(owners("taken", "metadata", "labels")).containsExactly("creator Apply apps/v1 ");
  }

  @Test
  void whoAppliesAScaleHasToAskTheOwnerOfTheNumber() throws Exception {
    apply(DEPLOYMENTS + "/asked", "creator", DEPLOYMENT.formatted("asked"));

    var refused = apply(DEPLOYMENTS + "/asked/scale", "scaler", SCALE.formatted("asked", 7));
    var forced =
        apply(DEPLOYMENTS + "/asked/scale", "scaler&force=true", SCALE.formatted("asked", 7));

    assertThat(Http.status(refused))
        .containsEntry("code", "409")
        .containsEntry("reason", "Conflict")
        .containsEntry(
            "message", "Apply failed with 1 conflict: conflict with \"creator\": .spec.replicas");
    assertThat(Http.json(forced).object("spec").get("replicas")).hasToString("7");
    assertThat(owners("asked", "spec", "replicas")).containsExactly("scaler Apply apps/v1 scale");
  }

  @Test
  void whoAppliesTheSameScaleSharesTheNumber() throws Exception {
    apply(DEPLOYMENTS + "/shared", "creator", DEPLOYMENT.formatted("shared"));

    var answer = apply(DEPLOYMENTS + "/shared/scale", "scaler", SCALE.formatted("shared", 3));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(owners("shared", "spec", "replicas"))
        .containsExactlyInAnyOrder("creator Apply apps/v1 ", "scaler Apply apps/v1 scale");
  }

  @Test
  void aScaleThatChangesNothingLeavesTheOwnersAlone() throws Exception {
    http.send(
        "POST",
        DEPLOYMENTS + "?fieldManager=creator",
        DEPLOYMENT.formatted("same").getBytes(StandardCharsets.UTF_8),
        "Content-Type",
        "application/yaml");
    var before = managers("same");

    patch(DEPLOYMENTS + "/same/scale?fieldManager=scaler", "{\"spec\":{\"replicas\":3}}");

    assertThat(managers("same")).isEqualTo(before);
  }

  @Test
  void refusesScalesOfAnotherKindAndUnknownFields() throws Exception {
    apply(DEPLOYMENTS + "/odd", "creator", DEPLOYMENT.formatted("odd"));

    var wrong = apply(DEPLOYMENTS + "/odd/scale", "m", DEPLOYMENT.formatted("odd"));
    var nameless = patch(DEPLOYMENTS + "/odd/scale", "application/apply-patch+yaml", SCALE);
    var strict =
        patch(DEPLOYMENTS + "/odd/scale?fieldValidation=Strict", "{\"spec\":{\"replica\":5}}");

    assertThat(Http.status(wrong).get("message"))
        .isEqualTo(
            "Incorrect version specified in apply patch. Specified patch version: apps/v1,"
                + " expected: autoscaling/v1");
    assertThat(Http.status(nameless))
        .containsEntry("code", "422")
        .containsEntry(
            "message",
            "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required"
                + " for apply patch");
    assertThat(strict.statusCode()).isEqualTo(422);
  }

  /// Writers of a status do not come to own what such a write leaves alone.
  @Test
  void aStatusOwnsNothingThatItsWritersCannotChange() throws Exception {
    apply(DEPLOYMENTS + "/stat", "creator", DEPLOYMENT.formatted("stat"));
    var status =
        """
        {apiVersion: apps/v1, kind: Deployment,
         metadata: {name: stat, labels: {mine: x}, annotations: {mine: x}},
         spec: {replicas: 9}, status: {observedGeneration: 1}}
        """;

    var answer = apply(DEPLOYMENTS + "/stat/status", "controller", status);

    assertThat(answer.statusCode()).isEqualTo(200);
    var own = entry("stat", "controller").object("fieldsV1");
    assertThat(own.has("f:spec")).isFalse();
    assertThat(own.object("f:metadata").has("f:labels")).isFalse();
    assertThat(own.object("f:metadata").object("f:annotations").has("f:mine")).isTrue();
    assertThat(own.object("f:status").has("f:observedGeneration")).isTrue();
    assertThat(owners("stat", "spec", "replicas")).containsExactly("creator Apply apps/v1 ");
  }

  /// The names of several managers in one refusal, in upstream's form.
  @Test
  void namesAllManagersInAConflict() throws Exception {
    var configMaps = "/api/v1/namespaces/default/configmaps/c";
    var config = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {%s}}";
    apply(configMaps, "one", config.formatted("a: '1', b: '1'"));
    apply(configMaps, "two", config.formatted("b: '1', c: '1'"));

    var refused = apply(configMaps, "three", config.formatted("a: '2', b: '2', c: '2'"));

    assertThat(Http.status(refused).get("message"))
        .isEqualTo(
            """
            Apply failed with 4 conflicts: conflicts with "one":
            - .data.a
            - .data.b
            conflicts with "two":
            - .data.b
            - .data.c\
            """);
    assertThat(Http.json(refused).object("details").list("causes"))
        .extracting(cause -> ((JsonObject) cause).text("reason"))
        .containsOnly("FieldManagerConflict");
  }

  @Test
  void refusesToApplyWithManagedFieldsOrToAnotherName() throws Exception {
    var configMaps = "/api/v1/namespaces/default/configmaps/x";
    var managed =
        "{apiVersion: v1, kind: ConfigMap, metadata: {name: x, managedFields: [{manager: m}]}}";
    var other = "{apiVersion: v1, kind: ConfigMap, metadata: {name: other}}";

    assertThat(Http.status(apply(configMaps, "m", managed)))
        .containsEntry("code", "400")
        .containsEntry("message", "metadata.managedFields must be nil");
    assertThat(Http.status(apply(configMaps, "m", other)))
        .containsEntry("code", "400")
        .containsEntry(
            "message", "the name of the object (other) does not match the name on the URL (x)");
  }

  /// In YAML, `y` is true.
  @Test
  void refusesNamesThatAreNoTexts() throws Exception {
    var answer =
        apply(
            "/api/v1/namespaces/default/configmaps/y",
            "m",
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: y}}");

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(Http.status(answer).get("message"))
        .startsWith("failed to create typed patch object (default/; /v1, Kind=ConfigMap): ")
        .contains(".metadata.name: expected string, got ");
  }

  private static List<String> owners(String name, String... path)
      throws IOException, InterruptedException {
    return managers(name).stream()
        .filter(
            entry -> {
              var fields = entry.object("fieldsV1");
              for (var step : path) {
                if (!fields.has("f:" + step)) {
                  return false;
                }
                fields = fields.object("f:" + step);
              }
              return true;
            })
        .map(
            entry ->
                "%s %s %s %s"
                    .formatted(
                        entry.text("manager"),
                        entry.text("operation"),
                        entry.text("apiVersion"),
                        entry.text("subresource")))
        .toList();
  }

  private static JsonObject entry(String name, String manager)
      throws IOException, InterruptedException {
    return managers(name).stream()
        .filter(entry -> entry.text("manager").equals(manager))
        .findFirst()
        .orElseThrow();
  }

  private static List<JsonObject> managers(String name) throws IOException, InterruptedException {
    return Http.json(http.get(DEPLOYMENTS + "/" + name))
        .object("metadata")
        .list("managedFields")
        .stream()
        .map(JsonObject.class::cast)
        .toList();
  }

  private static HttpResponse<byte[]> apply(String path, String manager, String body)
      throws IOException, InterruptedException {
    return patch(path + "?fieldManager=" + manager, "application/apply-patch+yaml", body);
  }

  private static HttpResponse<byte[]> patch(String path, String body)
      throws IOException, InterruptedException {
    return patch(path, "application/merge-patch+json", body);
  }

  private static HttpResponse<byte[]> patch(String path, String type, String body)
      throws IOException, InterruptedException {
    return http.send("PATCH", path, body.getBytes(StandardCharsets.UTF_8), "Content-Type", type);
  }
}
