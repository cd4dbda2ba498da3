package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.webhook.WebhookServer;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A webhook that splits `spec.hostPort` of version 1 into the `spec.host` and `spec.port` of
/// version 2, and joins them again.
class CustomConversionTest {
  private static final String V1 = "/apis/example.com/v1/namespaces/default/endpoints";
  private static final String V2 = "/apis/example.com/v2/namespaces/default/endpoints";

  private final List<Integer> asked = new CopyOnWriteArrayList<>();
  private volatile UnaryOperator<JsonObject> twist = response -> response;
  private TestServer server;
  private WebhookServer webhook;
  private Http http;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.start();
    http = Http.as(server, "admin", UserInfo.MASTERS_GROUP);
    webhook = WebhookServer.answering((path, body) -> convert(body));
    DefinedKinds.define(
        server,
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: endpoints.example.com}
        spec:
          group: example.com
          scope: Namespaced
          names: {plural: endpoints, kind: Endpoint}
          conversion:
            strategy: Webhook
            webhook:
              conversionReviewVersions: [v9, v1]
              clientConfig:
                url: %s
                caBundle: %s
          versions:
          - name: v1
            served: true
            storage: true
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec: {type: object, properties: {hostPort: {type: string}}}
          - name: v2
            served: true
            storage: false
            selectableFields: [{jsonPath: .spec.host}]
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec:
                    type: object
                    properties: {host: {type: string}, port: {type: string}}
        """
            .formatted(webhook.url("/convert"), WebhookServer.caBundle().base64()));
  }

  @AfterEach
  void stop() {
    server.close();
    webhook.close();
  }

  @Test
  void showsWhatWasStoredInOneVersionInTheOther() throws Exception {
    create("one", "a:1");

    assertThat(spec(http.get(V2 + "/one"))).isEqualTo("{\"host\":\"a\",\"port\":\"1\"}");
    assertThat(spec(http.get(V1 + "/one"))).isEqualTo("{\"hostPort\":\"a:1\"}");
  }

  @Test
  void storesWhatIsWrittenInTheOtherVersion() throws Exception {
    create("one", "a:1");
    var patched =
        http.send(
            "PATCH",
            V2 + "/one",
            "{\"spec\":{\"port\":\"2\"}}".getBytes(StandardCharsets.UTF_8),
            "Content-Type",
            "application/merge-patch+json");

    assertThat(patched.statusCode()).isEqualTo(200);
    assertThat(spec(http.get(V1 + "/one"))).isEqualTo("{\"hostPort\":\"a:2\"}");
  }

  @Test
  void convertsAListInOneCallAndSelectsAfterwards() throws Exception {
    create("one", "a:1");
    create("two", "b:2");
    create("three", "a:3");
    asked.clear();
    var selected = Http.json(http.get(V2 + "?fieldSelector=spec.host%3Da"));

    assertThat(selected.list("items")).hasSize(2);
    assertThat(asked).containsExactly(3);
  }

  @Test
  void convertsWhatWatchersSee() throws Exception {
    var from = Http.json(http.get(V2)).object("metadata").text("resourceVersion");
    create("one", "a:1");
    try (var lines = http.lines(V2 + "?watch=true&resourceVersion=" + from).body()) {
      var event = (JsonObject) JsonParser.parse(lines.findFirst().orElseThrow());

      assertThat(event.text("type")).isEqualTo("ADDED");
      assertThat(event.object("object").object("spec").text("host")).isEqualTo("a");
    }
  }

  @Test
  void tellsWhatTheWebhookRefused() throws Exception {
    create("one", "a:1");
    twist =
        response ->
            response.with("result", tree("{\"status\":\"Failed\",\"message\":\"no such thing\"}"));
    var refused = http.get(V2 + "/one");

    assertThat(refused.statusCode()).isEqualTo(500);
    assertThat(Http.json(refused).text("message"))
        .isEqualTo("conversion webhook for example.com/v1, Kind=Endpoint failed: no such thing");
    assertThat(http.get(V1 + "/one").statusCode()).isEqualTo(200);
  }

  @Test
  void distrustsAnswersForOtherObjects() throws Exception {
    create("one", "a:1");
    twist = response -> response.with("uid", new JsonString("other"));

    assertThat(Http.json(http.get(V2 + "/one")).text("message"))
        .contains("failed: expected response.uid=\"")
        .endsWith("got \"other\"");
  }

  @Test
  void letsAWebhookChangeLabelsButNoNames() throws Exception {
    create("one", "a:1");
    twist = response -> changed(response, "labels", tree("{\"by\":\"webhook\"}"));
    assertThat(Http.json(http.get(V2 + "/one")).object("metadata").object("labels").text("by"))
        .isEqualTo("webhook");

    create("two", "b:2");
    twist = response -> changed(response, "name", new JsonString("three"));
    assertThat(Http.json(http.get(V2 + "/two")).text("message"))
        .isEqualTo(
            "conversion webhook for example.com/v1, Kind=Endpoint returned invalid object: must"
                + " have the same name: two != three");
  }

  @Test
  void takesNoLabelsThatAreNone() throws Exception {
    create("one", "a:1");
    var who = "conversion webhook for example.com/v1, Kind=Endpoint returned invalid metadata: ";
    twist = response -> changed(response, "labels", tree("{\"by\":\"not/valid\"}"));
    assertThat(Http.json(http.get(V2 + "/one")).text("message"))
        .startsWith(who + "metadata.labels: Invalid value: \"not/valid\": a valid label must be");
    twist = response -> changed(response, "annotations", tree("{\"by\":1}"));
    assertThat(Http.json(http.get(V2 + "/one")).text("message"))
        .isEqualTo(
            who + "metadata.annotations[by] must be a string, but is int64 in converted object");
    twist = response -> changed(response, "labels", tree("[]"));
    assertThat(Http.json(http.get(V2 + "/one")).text("message"))
        .isEqualTo(who + "invalid metadata.labels of type []interface {} in converted object");
  }

  @Test
  void tellsOfListsInOtherWordsAndCountsWhatHappened() throws Exception {
    create("one", "a:1");
    create("two", "b:2");
    twist = response -> changed(response, "uid", new JsonString("x"));
    assertThat(Http.json(http.get(V2)).text("message"))
        .contains(" returned invalid converted object at index 0: must have the same UID: ");
    twist = response -> response.with("convertedObjects", JsonArray.EMPTY);
    assertThat(Http.json(http.get(V2)).text("message")).endsWith(" returned 0 objects, expected 2");
    twist = response -> response;
    assertThat(http.get(V2).statusCode()).isEqualTo(200);

    assertThat(new String(http.get("/metrics").body(), StandardCharsets.UTF_8))
        .contains(
            "apiserver_conversion_webhook_request_total{failure_type=\"\",result=\"success\"} 1",
            "failure_type=\"conversion_webhook_invalid_converted_object_failure\",result=\"failure\"}"
                + " 1",
            "failure_type=\"conversion_webhook_partial_response_failure\",result=\"failure\"} 1",
            "apiserver_crd_conversion_webhook_duration_seconds_count{crd_name=\"endpoints.example.com\",from_version=\"v1\",succeeded=\"true\",to_version=\"v2\"}"
                + " 1");
  }

  private static JsonObject changed(JsonObject response, String field, JsonValue value) {
    var objects = new ArrayList<JsonValue>();
    for (var each : response.list("convertedObjects")) {
      var object = (JsonObject) each;
      objects.add(object.with("metadata", object.object("metadata").with(field, value)));
    }
    return response.with("convertedObjects", new JsonArray(objects));
  }

  private JsonObject create(String name, String hostPort) throws Exception {
    var created =
        http.post(
            V1,
            "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Endpoint\",\"metadata\":{\"name\":\""
                + name
                + "\"},\"spec\":{\"hostPort\":\""
                + hostPort
                + "\"}}");
    assertThat(created.statusCode()).isEqualTo(201);
    return Http.json(created);
  }

  private static String spec(HttpResponse<byte[]> response) {
    return JsonPrinter.print(Http.json(response).object("spec"));
  }

  private JsonObject convert(JsonObject review) {
    var request = review.object("request");
    var wanted = request.text("desiredAPIVersion");
    var converted = new ArrayList<JsonValue>();
    for (var object : request.list("objects")) {
      converted.add(converted((JsonObject) object, wanted));
    }
    asked.add(converted.size());
    var response =
        JsonObject.of("uid", new JsonString(request.text("uid")))
            .with("result", tree("{\"status\":\"Success\"}"))
            .with("convertedObjects", new JsonArray(converted));
    return review.without("request").with("response", twist.apply(response));
  }

  private static JsonObject converted(JsonObject object, String apiVersion) {
    var spec = object.object("spec");
    JsonObject other;
    if (apiVersion.endsWith("v2")) {
      var parts = spec.text("hostPort").split(":", -1);
      other =
          JsonObject.of("host", new JsonString(parts[0])).with("port", new JsonString(parts[1]));
    } else {
      var joined = spec.text("host") + ":" + spec.text("port");
      other = JsonObject.of("hostPort", new JsonString(joined));
    }
    return object.with("apiVersion", new JsonString(apiVersion)).with("spec", other);
  }

  private static JsonValue tree(String json) {
    return JsonParser.parse(json);
  }
}
