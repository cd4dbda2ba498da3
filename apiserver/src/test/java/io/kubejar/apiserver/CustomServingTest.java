package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apiserver.authn.UserInfo;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Custom resources over HTTPS: what their schemas drop, fill in and refuse, and every way to ask
/// for them.
class CustomServingTest {
  private static final String MERGE = "application/merge-patch+json";
  private static final String APPLY = "application/apply-patch+yaml";
  private static final String PATH = "/apis/example.com/v1/namespaces/default/crontabs";

  private static TestServer server;
  private static Http http;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start();
    http = Http.as(server, "admin", UserInfo.MASTERS_GROUP);
    DefinedKinds.define(
        server,
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: crontabs.example.com}
        spec:
          group: example.com
          scope: Namespaced
          names: {plural: crontabs, kind: CronTab, shortNames: [ct], categories: [all]}
          versions:
          - name: v1
            served: true
            storage: true
            additionalPrinterColumns:
            - {name: Spec, type: string, jsonPath: .spec.cronSpec, description: when}
            - {name: Replicas, type: integer, jsonPath: .spec.replicas}
            - {name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status'}
            - {name: Age, type: date, jsonPath: .metadata.creationTimestamp, priority: 1}
            selectableFields: [{jsonPath: .spec.image}]
            subresources:
              status: {}
              scale:
                specReplicasPath: .spec.replicas
                statusReplicasPath: .status.replicas
                labelSelectorPath: .status.selector
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec:
                    type: object
                    required: [cronSpec]
                    x-kubernetes-validations:
                    - {rule: "self.image != 'forbidden'", message: choose another image}
                    properties:
                      cronSpec: {type: string, pattern: '^(\\S+ ){4}\\S+$'}
                      image: {type: string, default: busybox}
                      replicas: {type: integer, minimum: 1, maximum: 10}
                      ports:
                        type: array
                        x-kubernetes-list-type: map
                        x-kubernetes-list-map-keys: [name]
                        items:
                          type: object
                          required: [name]
                          properties:
                            name: {type: string}
                            port: {type: integer}
                      free: {type: object, x-kubernetes-preserve-unknown-fields: true}
                  status:
                    type: object
                    x-kubernetes-preserve-unknown-fields: true
                    properties:
                      replicas: {type: integer, minimum: 0}
                      selector: {type: string}
          - name: v1beta1
            served: true
            storage: false
            deprecated: true
            schema:
              openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
        """);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void dropsUnknownFieldsAndFillsInDefaults() throws Exception {
    var created = create("pruned", "\"unknown\":1,\"free\":{\"any\":[1,2]}");

    assertThat(created.object("spec"))
        .isEqualTo(
            tree("{\"cronSpec\":\"* * * * *\",\"image\":\"busybox\",\"free\":{\"any\":[1,2]}}"));
  }

  @Test
  void tellsOfUnknownAndRepeatedFieldsWhenAsked() throws Exception {
    var body = cronTab("strict", "\"unknown\":1,\"cronSpec\":\"* * * * *\"");
    var strict = http.post(PATH + "?fieldValidation=Strict", body);
    var warned = http.post(PATH + "?fieldValidation=Warn&dryRun=All", body);

    assertThat(Http.status(strict))
        .isEqualTo(
            Map.of(
                "code",
                "400",
                "reason",
                "BadRequest",
                "message",
                "CronTab in version \"v1\" cannot be handled as a CronTab: strict decoding error:"
                    + " duplicate field \"spec.cronSpec\", unknown field \"spec.unknown\""));
    assertThat(warned.statusCode()).isEqualTo(201);
    assertThat(warned.headers().allValues("Warning"))
        .containsExactly(
            "299 - \"duplicate field \\\"spec.cronSpec\\\"\"",
            "299 - \"unknown field \\\"spec.unknown\\\"\"");
  }

  @Test
  void refusesWhatTheSchemaForbids() throws Exception {
    var refused = http.post(PATH, cronTab("wrong", "\"replicas\":99"));

    assertThat(Http.status(refused))
        .isEqualTo(
            Map.of(
                "code",
                "422",
                "reason",
                "Invalid",
                "message",
                "CronTab.example.com \"wrong\" is invalid: spec.replicas: Invalid value: 99:"
                    + " spec.replicas in body should be less than or equal to 10"));
  }

  @Test
  void refusesWhatARuleForbids() throws Exception {
    var refused = http.post(PATH, cronTab("ruled", "\"image\":\"forbidden\""));

    assertThat(Http.status(refused))
        .containsEntry("code", "422")
        .containsEntry(
            "message",
            "CronTab.example.com \"ruled\" is invalid: spec: Invalid value: choose another image");
  }

  @Test
  void keepsTheStatusApartFromTheRest() throws Exception {
    create("parted", "\"replicas\":2");
    var status =
        patch("parted/status", MERGE, "{\"status\":{\"replicas\":2},\"spec\":{\"replicas\":9}}");
    var spec = patch("parted", MERGE, "{\"status\":{\"replicas\":7},\"spec\":{\"replicas\":3}}");

    assertThat(status.object("spec").get("replicas")).hasToString("2");
    assertThat(status.object("metadata").get("generation")).hasToString("1");
    assertThat(spec.object("status").get("replicas")).hasToString("2");
    assertThat(spec.object("metadata").get("generation")).hasToString("2");
  }

  @Test
  void scalesBetweenThePathsOfTheDefinition() throws Exception {
    create("scaled", "\"replicas\":2");
    patch("scaled/status", MERGE, "{\"status\":{\"replicas\":1,\"selector\":\"a=b\"}}");
    var scale = Http.json(http.get(PATH + "/scaled/scale"));
    var scaled = patch("scaled/scale?fieldManager=s", MERGE, "{\"spec\":{\"replicas\":5}}");
    var tooMany = send("scaled/scale", MERGE, "{\"spec\":{\"replicas\":50}}");

    assertThat(scale.text("kind")).isEqualTo("Scale");
    assertThat(scale.object("spec").get("replicas")).hasToString("2");
    assertThat(scale.object("status")).isEqualTo(tree("{\"replicas\":1,\"selector\":\"a=b\"}"));
    assertThat(scaled.object("spec").get("replicas")).hasToString("5");
    assertThat(Http.json(http.get(PATH + "/scaled")).object("metadata").list("managedFields"))
        .filteredOn(entry -> ((JsonObject) entry).text("manager").equals("s"))
        .singleElement()
        .hasToString(
            "{\"manager\":\"s\",\"operation\":\"Update\",\"apiVersion\":\"example.com/v1\","
                + "\"fieldsType\":\"FieldsV1\",\"fieldsV1\":{\"f:spec\":{\"f:replicas\":{}}},"
                + "\"subresource\":\"scale\"}");
    assertThat(Http.json(http.get(PATH + "/scaled")).object("spec").get("replicas"))
        .hasToString("5");
    assertThat(tooMany.statusCode()).isEqualTo(422);
  }

  @Test
  void printsTheColumnsOfTheDefinition() throws Exception {
    create("shown", "\"replicas\":4");
    patch(
        "shown/status",
        MERGE,
        "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}");
    var table =
        Http.json(
            http.get(PATH + "/shown", "Accept", "application/json;as=Table;v=v1;g=meta.k8s.io"));

    assertThat(columns(table)).containsExactly("Name", "Spec", "Replicas", "Ready", "Age");
    var row = (JsonObject) table.list("rows").getFirst();
    assertThat(row.list("cells").subList(0, 4))
        .hasToString("[\"shown\", \"* * * * *\", 4, \"True\"]");
  }

  private static List<String> columns(JsonObject table) {
    return table.list("columnDefinitions").stream()
        .map(column -> ((JsonObject) column).text("name"))
        .toList();
  }

  @Test
  void selectsByTheFieldsOfTheDefinition() throws Exception {
    create("nginx-one", "\"image\":\"nginx\"");
    create("other-one", "\"image\":\"other\"");
    var list = Http.json(http.get(PATH + "?fieldSelector=spec.image%3Dnginx"));
    var refused = http.get(PATH + "?fieldSelector=spec.cronSpec%3Dx");

    assertThat(names(list)).containsExactly("nginx-one");
    assertThat(Http.status(refused))
        .containsEntry("code", "400")
        .containsEntry("message", "field label not supported: spec.cronSpec");
  }

  private static List<String> names(JsonObject list) {
    return list.list("items").stream()
        .map(item -> ((JsonObject) item).object("metadata").text("name"))
        .toList();
  }

  @Test
  void saysInListsWhatEachItemIs() throws Exception {
    create("listed", "\"replicas\":1");
    var list = Http.json(http.get(PATH + "?limit=1"));
    var item = (JsonObject) list.list("items").getFirst();

    assertThat(list.text("kind")).isEqualTo("CronTabList");
    assertThat(item.text("apiVersion")).isEqualTo("example.com/v1");
    assertThat(item.text("kind")).isEqualTo("CronTab");
  }

  @Test
  void mergesAppliedListsByTheirKeys() throws Exception {
    apply("applied", "one", "ports: [{name: a, port: 1}]");
    var both = apply("applied", "two", "ports: [{name: b, port: 2}]");
    var conflict = sendApply("applied", "two", "ports: [{name: a, port: 9}]");

    assertThat(both.object("spec").list("ports"))
        .containsExactly(tree("{\"name\":\"a\",\"port\":1}"), tree("{\"name\":\"b\",\"port\":2}"));
    assertThat(Http.status(conflict))
        .containsEntry("code", "409")
        .containsEntry(
            "message",
            "Apply failed with 1 conflict: conflict with \"one\": .spec.ports[name=\"a\"].port");
  }

  @Test
  void refusesProtobufAndStrategicMerges() throws Exception {
    create("plain", "\"replicas\":1");
    var protobuf = http.get(PATH + "/plain", "Accept", "application/vnd.kubernetes.protobuf");
    var either = http.get(PATH, "Accept", "application/vnd.kubernetes.protobuf,application/json");
    var strategic = send("plain", "application/strategic-merge-patch+json", "{}");
    var metadata =
        http.get(
            PATH + "/plain",
            "Accept",
            "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");

    assertThat(protobuf.statusCode()).isEqualTo(406);
    assertThat(either.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(Http.status(strategic))
        .isEqualTo(
            Map.of(
                "code",
                "415",
                "reason",
                "UnsupportedMediaType",
                "message",
                "the body of the request was in an unknown format - accepted media types include:"
                    + " application/json-patch+json, application/merge-patch+json,"
                    + " application/apply-patch+yaml"));
    assertThat(metadata.statusCode()).isEqualTo(200);
  }

  @Test
  void warnsOfOldVersions() throws Exception {
    var list = http.get("/apis/example.com/v1beta1/crontabs");

    assertThat(list.headers().allValues("Warning"))
        .containsExactly(
            "299 - \"example.com/v1beta1 CronTab is deprecated; use example.com/v1 CronTab\"");
  }

  @Test
  void standsInDiscovery() throws Exception {
    var group = Http.json(http.get("/apis/example.com"));
    var resources = Http.json(http.get("/apis/example.com/v1"));

    assertThat(group.object("preferredVersion").text("version")).isEqualTo("v1");
    assertThat(resources.list("resources").stream().map(each -> ((JsonObject) each).text("name")))
        .containsExactly("crontabs", "crontabs/scale", "crontabs/status");
    assertThat(((JsonObject) resources.list("resources").getFirst()).get("shortNames"))
        .hasToString("[\"ct\"]");
  }

  /// One object cannot go yet, so the definition lingers.
  @Test
  @Timeout(60)
  void offersNoMoreWritesWhileTheDefinitionGoes() throws Exception {
    DefinedKinds.define(
        server,
        """
        {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition,
         metadata: {name: goers.example.org},
         spec: {group: example.org, scope: Cluster, names: {plural: goers, kind: Goer},
           versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema:
             {type: object}}}]}}
        """);
    var all = verbs();
    ok(
        http.post(
            "/apis/example.org/v1/goers",
            "{\"apiVersion\":\"example.org/v1\",\"kind\":\"Goer\",\"metadata\":{\"name\":\"g\",\"finalizers\":[\"a.b/c\"]}}"));
    var definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/";

    http.send("DELETE", definitions + "goers.example.org", new byte[0]);
    while (verbs().equals(all)) {
      Thread.onSpinWait();
    }

    assertThat(all)
        .hasToString(
            "[\"create\",\"delete\",\"deletecollection\",\"get\",\"list\",\"patch\",\"update\",\"watch\"]");
    assertThat(verbs()).hasToString("[\"delete\",\"deletecollection\",\"get\",\"list\",\"watch\"]");
  }

  private static JsonValue verbs() throws Exception {
    var resources = Http.json(http.get("/apis/example.org/v1")).list("resources");
    return Objects.requireNonNull(((JsonObject) resources.getFirst()).get("verbs"));
  }

  @Test
  void tellsWhatItIsStoredAs() throws Exception {
    var v1 = Http.json(http.get("/apis/example.com/v1")).list("resources").getFirst();
    var beta = Http.json(http.get("/apis/example.com/v1beta1")).list("resources").getFirst();

    assertThat(((JsonObject) v1).text("storageVersionHash"))
        .isNotEmpty()
        .isEqualTo(((JsonObject) beta).text("storageVersionHash"));
  }

  @Test
  void tellsTheSameDocumentUnderTheSameTagInBothFormats() throws Exception {
    var json = http.get("/openapi/v2");
    var accept = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
    var protobuf = http.get("/openapi/v2", "Accept", accept);
    var tag = json.headers().firstValue("ETag").orElseThrow();

    assertThat(protobuf.headers().firstValue("ETag")).contains(tag);
    assertThat(protobuf.body()).isNotEqualTo(json.body());
    assertThat(http.get("/openapi/v2", "Accept", accept, "If-None-Match", tag).statusCode())
        .isEqualTo(304);
  }

  @Test
  void standsInTheOpenApiDocumentsAsLongAsItIsThere() throws Exception {
    var index = Http.json(http.get("/openapi/v3"));
    var path = index.object("paths").object("apis/example.com/v1");
    var document = Http.json(http.get(path.text("serverRelativeURL")));
    var v2 = Http.json(http.get("/openapi/v2"));

    var schema = document.object("components").object("schemas").object("com.example.v1.CronTab");
    assertThat(schema.object("properties").object("spec").object("properties").has("cronSpec"))
        .isTrue();
    assertThat(document.object("paths").has(PATH.replace("default", "{namespace}"))).isTrue();
    assertThat(v2.object("definitions").has("com.example.v1.CronTabList")).isTrue();
    assertThat(v2.object("paths").has("/apis/example.com/v1/crontabs")).isTrue();
  }

  @Test
  void refusesAnUpdateThatDoesNotSayWhatItChanges() throws Exception {
    create("updated", "\"replicas\":1");
    var update =
        http.send(
            "PUT",
            PATH + "/updated",
            cronTab("updated", "\"replicas\":2").getBytes(StandardCharsets.UTF_8),
            "Content-Type",
            "application/json");

    assertThat(Http.status(update))
        .containsEntry("code", "422")
        .containsEntry(
            "message",
            "crontabs.example.com \"updated\" is invalid: metadata.resourceVersion: Invalid value:"
                + " 0: must be specified for an update");
  }

  @Test
  void acceptsADeletionThatWaits() throws Exception {
    create("kept", "\"image\":\"a\"");
    patch("kept", MERGE, "{\"metadata\":{\"finalizers\":[\"a.b/c\"]}}");

    var cascading = http.send("DELETE", PATH + "/kept?orphanDependents=false", new byte[0]);
    var plain = http.send("DELETE", PATH + "/kept", new byte[0]);

    assertThat(cascading.statusCode()).isEqualTo(202);
    assertThat(plain.statusCode()).isEqualTo(200);
  }

  @Test
  void deletesACollection() throws Exception {
    create("doomed-1", "\"image\":\"doomed\"");
    create("doomed-2", "\"image\":\"doomed\"");
    var deleted = http.send("DELETE", PATH + "?fieldSelector=spec.image%3Ddoomed", new byte[0]);

    assertThat(deleted.statusCode()).isEqualTo(200);
    assertThat(http.get(PATH + "/doomed-1").statusCode()).isEqualTo(404);
    assertThat(http.get(PATH + "/doomed-2").statusCode()).isEqualTo(404);
  }

  private static String cronTab(String name, String spec) {
    return "{\"apiVersion\":\"example.com/v1\",\"kind\":\"CronTab\",\"metadata\":{\"name\":\""
        + name
        + "\"},\"spec\":{\"cronSpec\":\"* * * * *\","
        + spec
        + "}}";
  }

  private static JsonObject create(String name, String spec) throws Exception {
    return ok(http.post(PATH, cronTab(name, spec)));
  }

  private static JsonObject patch(String name, String type, String body) throws Exception {
    return ok(send(name, type, body));
  }

  private static HttpResponse<byte[]> send(String name, String type, String body) throws Exception {
    return http.send(
        "PATCH", PATH + "/" + name, body.getBytes(StandardCharsets.UTF_8), "Content-Type", type);
  }

  private static JsonObject apply(String name, String manager, String spec) throws Exception {
    return ok(sendApply(name, manager, spec));
  }

  private static HttpResponse<byte[]> sendApply(String name, String manager, String spec)
      throws Exception {
    var body =
        "apiVersion: example.com/v1\nkind: CronTab\nspec:\n  cronSpec: '* * * * *'\n  " + spec;
    return send(name + "?fieldManager=" + manager, APPLY, body);
  }

  private static JsonObject ok(HttpResponse<byte[]> response) {
    assertThat(response.statusCode())
        .as(new String(response.body(), StandardCharsets.UTF_8))
        .isBetween(200, 201);
    return Http.json(response);
  }

  private static JsonValue tree(String json) {
    return JsonParser.parse(json);
  }
}
