package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What clients are told who send something that makes no sense.
class BadInputTest {
  private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

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
  void refusesMalformedJson() throws Exception {
    var answer = http.post(CONFIG_MAPS, "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",");

    assertThat(Http.status(answer))
        .containsEntry("code", "400")
        .containsEntry("reason", "BadRequest");
    assertThat(Http.status(answer).get("message"))
        .startsWith("ConfigMap in version \"v1\" cannot be handled as a ConfigMap: ");
  }

  @Test
  void refusesMalformedYaml() throws Exception {
    var answer = send("application/yaml", "kind: ConfigMap\n  apiVersion: [v1");

    assertThat(Http.status(answer))
        .containsEntry("code", "400")
        .containsEntry("reason", "BadRequest");
  }

  @Test
  void refusesMalformedProtobuf() throws Exception {
    var answer = send("application/vnd.kubernetes.protobuf", "k8s\0\u0001garbage");

    assertThat(Http.status(answer))
        .containsEntry("code", "400")
        .containsEntry("reason", "BadRequest");
  }

  @Test
  void refusesBytesThatAreNoProtobufObject() throws Exception {
    var answer = send("application/vnd.kubernetes.protobuf", "garbage");

    assertThat(Http.status(answer).get("message"))
        .startsWith("the object provided is unrecognized (must be of type ConfigMap): ")
        .endsWith("(67617262616765)");
  }

  @Test
  void refusesValuesOfTheWrongType() throws Exception {
    var answer =
        http.post(
            CONFIG_MAPS,
            "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\"},\"data\":{\"x\":5}}");

    assertThat(Http.status(answer))
        .containsEntry("code", "400")
        .containsEntry("reason", "BadRequest");
    assertThat(Http.status(answer).get("message"))
        .contains("cannot unmarshal number into Go struct field ConfigMap.data of type string");
  }

  @Test
  void refusesAnotherVersionThanThePathNames() throws Exception {
    var answer = http.post(CONFIG_MAPS, "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v2\"}");

    assertThat(Http.status(answer))
        .isEqualTo(
            Map.of(
                "code", "400",
                "reason", "BadRequest",
                "message",
                    "the API version in the data (v2) does not match the expected API version"
                        + " (v1)"));
  }

  @Test
  void doesNotKnowUnknownResources() throws Exception {
    var answer = http.get("/apis/nobody.example/v1/things");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo("404 page not found\n");
  }

  @Test
  void refusesUnknownMediaTypes() throws Exception {
    var answer = send("text/csv", "a,b");

    assertThat(Http.status(answer))
        .containsEntry("code", "415")
        .containsEntry("reason", "UnsupportedMediaType");
  }

  @Test
  void refusesToAnswerInUnknownMediaTypes() throws Exception {
    var answer = http.get(CONFIG_MAPS, "Accept", "text/csv");

    assertThat(Http.status(answer))
        .isEqualTo(
            Map.of(
                "code", "406",
                "reason", "NotAcceptable",
                "message",
                    "only the following media types are accepted: application/json,"
                        + " application/yaml, application/vnd.kubernetes.protobuf"));
  }

  @Test
  void refusesBodiesOfFourMebibytes() throws Exception {
    var body = new byte[4 << 20];
    var answer = http.send("POST", CONFIG_MAPS, body, "Content-Type", "application/json");

    assertThat(Http.status(answer))
        .isEqualTo(
            Map.of(
                "code", "413",
                "reason", "RequestEntityTooLarge",
                "message", "Request entity too large: limit is 3145728"));
  }

  @Test
  void refusesOverLongNames() throws Exception {
    var name = "a".repeat(254);
    var answer = http.post(CONFIG_MAPS, configMap(name, ""));

    assertThat(Http.status(answer)).containsEntry("code", "422").containsEntry("reason", "Invalid");
    assertThat(Http.status(answer).get("message")).contains("must be no more than 253");
  }

  @Test
  void refusesUpdatesOfAnOldVersion() throws Exception {
    http.post(CONFIG_MAPS, configMap("stale", ""));
    var answer =
        http.send(
            "PUT",
            CONFIG_MAPS + "/stale",
            configMap("stale", ",\"resourceVersion\":\"1\"").getBytes(StandardCharsets.UTF_8));

    assertThat(Http.status(answer))
        .isEqualTo(
            Map.of(
                "code", "409",
                "reason", "Conflict",
                "message",
                    "Operation cannot be fulfilled on configmaps \"stale\": the object has been"
                        + " modified; please apply your changes to the latest version and try"
                        + " again"));
  }

  @Test
  void refusesNewObjectsInMissingNamespaces() throws Exception {
    var answer = http.post("/api/v1/namespaces/nowhere/configmaps", configMap("a", ""));

    assertThat(Http.status(answer))
        .isEqualTo(
            Map.of(
                "code", "404",
                "reason", "NotFound",
                "message", "namespaces \"nowhere\" not found"));
  }

  @Test
  void refusesNewObjectsThatExist() throws Exception {
    http.post(CONFIG_MAPS, configMap("twice", ""));
    var answer = http.post(CONFIG_MAPS, configMap("twice", ""));

    assertThat(Http.status(answer))
        .isEqualTo(
            Map.of(
                "code", "409",
                "reason", "AlreadyExists",
                "message", "configmaps \"twice\" already exists"));
  }

  @Test
  void refusesUnknownFieldsIfStrict() throws Exception {
    var answer =
        http.post(
            CONFIG_MAPS + "?fieldValidation=Strict",
            configMap("s", "").replace("}}", "},\"foo\":1}"));

    assertThat(Http.status(answer))
        .containsEntry("code", "400")
        .containsEntry(
            "message",
            "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error:"
                + " unknown field \"foo\"");
  }

  @Test
  void warnsOfUnknownFieldsOtherwise() throws Exception {
    var answer = http.post(CONFIG_MAPS, configMap("warned", "").replace("}}", "},\"foo\":1}"));

    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(answer.headers().allValues("Warning"))
        .containsExactly("299 - \"unknown field \\\"foo\\\"\"");
  }

  /// Where nobody says what shall become of them.
  @Test
  void warnsThatThePodsOfADeletedJobStay() throws Exception {
    var jobs = "/apis/batch/v1/namespaces/default/jobs";
    for (var name : List.of("left", "taken")) {
      http.post(
          jobs,
          "{\"metadata\":{\"name\":\""
              + name
              + "\"},\"spec\":{\"template\":{\"spec\":{\"restartPolicy\":\"Never\",\"containers\":"
              + "[{\"name\":\"c\",\"image\":\"i\"}]}}}}");
    }
    var told = http.send("DELETE", jobs + "/taken?propagationPolicy=Background", new byte[0]);
    assertThat(told.statusCode()).isEqualTo(200);
    assertThat(told.headers().allValues("Warning")).isEmpty();

    var left = http.send("DELETE", jobs + "/left", new byte[0]);
    assertThat(left.headers().allValues("Warning"))
        .containsExactly(
            "299 - \"child pods are preserved by default when jobs are deleted; set"
                + " propagationPolicy=Background to remove them or set propagationPolicy=Orphan to"
                + " suppress this warning\"");
  }

  @Test
  void refusesStrangersAndTellsThemWhatTheyMayNot() throws Exception {
    var answer = Http.as(server, "jane").get(CONFIG_MAPS);

    assertThat(Http.status(answer))
        .containsEntry("code", "403")
        .containsEntry("reason", "Forbidden")
        .containsEntry(
            "message",
            "configmaps is forbidden: User \"jane\" cannot list resource \"configmaps\" in API"
                + " group \"\" in the namespace \"default\"");
  }

  private static HttpResponse<byte[]> send(String type, String body)
      throws IOException, InterruptedException {
    return http.send(
        "POST", CONFIG_MAPS, body.getBytes(StandardCharsets.UTF_8), "Content-Type", type);
  }

  private static String configMap(String name, String moreMetadata) {
    return "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\""
        + name
        + "\""
        + moreMetadata
        + "}}";
  }
}
