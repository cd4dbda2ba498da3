package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Input that is small to send and meant to be large to work on. Each is answered as upstream does;
/// whoever works on them longer than he must does not end within the time limit.
@Timeout(60)
class HostileInputTest {
  private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String NAME = "{\"metadata\":{\"name\":\"%s\"},\"data\":%s}";

  private static TestServer server;
  private static Http http;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    server = TestServer.start();
    http = Http.as(server, "admin", "system:masters");
    DefinedKinds.define(
        server,
        """
        {apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition,
         metadata: {name: things.example.com},
         spec: {group: example.com, scope: Namespaced,
           names: {plural: things, singular: thing, kind: Thing, listKind: ThingList},
           versions: [{name: v1, served: true, storage: true, subresources: {status: {}},
             schema: {openAPIV3Schema: {type: object,
               x-kubernetes-preserve-unknown-fields: true}}}]}}
        """);
    assertThat(http.post(CONFIG_MAPS, NAME.formatted("victim", "{\"a\":\"b\"}")).statusCode())
        .isEqualTo(201);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void refusesDeepNesting() throws Exception {
    var deep = "[".repeat(1_000_000);

    assertRefused(400, "BadRequest", http.post(CONFIG_MAPS, NAME.formatted("deep", deep)));
    assertRefused(400, "BadRequest", create("application/yaml", "data: " + deep));
    assertRefused(400, "BadRequest", create("application/yaml", "- ".repeat(500_000)));
    assertRefused(400, "BadRequest", patch("merge-patch+json", "{\"data\":" + deep));
    assertRefused(400, "BadRequest", patch("json-patch+json", deep));
    assertRefused(400, "BadRequest", apply(deep));
    var protobuf =
        new byte[1 << 20]; // Messages within messages, each a byte shorter than the last.
    assertRefused(
        400,
        "BadRequest",
        http.send(
            "POST", CONFIG_MAPS, protobuf, "Content-Type", "application/vnd.kubernetes.protobuf"));
  }

  @Test
  void worksOnTheDeepestObjectsThatItTakes() throws Exception {
    int depth = 900;
    var spec = "{\"a\":".repeat(depth) + "1" + "}".repeat(depth);
    var thing =
        "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Thing\",\"metadata\":{\"name\":\"deep\"},"
            + "\"spec\":"
            + spec
            + "}";
    var things = "/apis/example.com/v1/namespaces/default/things";

    assertThat(http.post(things, thing).statusCode()).isEqualTo(201);
    for (var type : new String[] {"merge-patch+json", "apply-patch+yaml"}) {
      var query = type.startsWith("apply") ? "?fieldManager=m&force=true" : "";
      var answer = patch(things + "/deep" + query, type, thing);
      assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    }
    var copies = "[{\"op\":\"copy\",\"from\":\"/spec\",\"path\":\"/copy\"}]";
    assertThat(patch(things + "/deep", "json-patch+json", copies).statusCode()).isEqualTo(200);
    assertThat(http.get(things + "/deep", "Accept", "application/yaml").statusCode())
        .isEqualTo(200);
    assertThat(
            http.get(things, "Accept", "application/json;as=Table;v=v1;g=meta.k8s.io").statusCode())
        .isEqualTo(200);
  }

  /// Lists cost more of the stack than objects: some walks give up on the deepest ones, and say so.
  @Test
  void answersWhoeverNestsTheDeepestLists() throws Exception {
    var list = "[".repeat(900) + "1" + "]".repeat(900);
    var thing =
        "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Thing\",\"metadata\":{\"name\":\"lists\"},"
            + "\"spec\":{\"a\":"
            + list
            + "}}";
    var things = "/apis/example.com/v1/namespaces/default/things";

    assertThat(http.post(things, thing).statusCode()).isIn(201, 400);
    for (var type : new String[] {"merge-patch+json", "apply-patch+yaml"}) {
      var query = type.startsWith("apply") ? "?fieldManager=m&force=true" : "";
      var answer = patch(things + "/lists" + query, type, thing);
      assertThat(answer.statusCode()).as(text(answer)).isIn(200, 201, 400, 404);
    }
    assertThat(http.get(things).statusCode()).isEqualTo(200);
  }

  @Test
  void refusesAliasesThatMultiply() throws Exception {
    var bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 60; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }

    assertRefused(400, "BadRequest", create("application/yaml", bomb.toString()));
    assertThat(Http.status(apply(bomb.toString())).get("message"))
        .isEqualTo("error decoding YAML: yaml: document contains excessive aliasing");
  }

  @Test
  void refusesPatchesOfTooManySteps() throws Exception {
    var steps =
        "[" + repeated("{\"op\":\"test\",\"path\":\"/data/a\",\"value\":\"b\"}", 10_001) + "]";

    var answer = patch("json-patch+json", steps);

    assertRefused(413, "RequestEntityTooLarge", answer);
    assertThat(Http.status(answer).get("message"))
        .isEqualTo(
            "Request entity too large: The allowed maximum operations in a JSON patch is 10000,"
                + " got 10001");
  }

  @Test
  void refusesPatchesWhoseCopiesDouble() throws Exception {
    var steps =
        IntStream.range(0, 1000)
            .mapToObj(
                i -> "{\"op\":\"copy\",\"from\":\"/data\",\"path\":\"/data/c%d\"}".formatted(i))
            .collect(Collectors.joining(",", "[", "]"));

    assertRefused(422, "Invalid", patch("json-patch+json", steps));
  }

  @Test
  void takesManyStepsOnALargeObject() throws Exception {
    var data =
        IntStream.range(0, 50_000)
            .mapToObj(i -> "\"k%d\":\"\"".formatted(i))
            .collect(Collectors.joining(",", "{", "}"));
    assertThat(http.post(CONFIG_MAPS, NAME.formatted("large", data)).statusCode()).isEqualTo(201);
    var steps =
        IntStream.range(0, 10_000)
            .mapToObj(
                i -> "{\"op\":\"replace\",\"path\":\"/data/k%d\",\"value\":\"n\"}".formatted(i))
            .collect(Collectors.joining(",", "[", "]"));

    var answer = patch(CONFIG_MAPS + "/large?dryRun=All", "json-patch+json", steps);

    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
  }

  @Test
  void quotesPatchesThatDoNotFitAsUpstreamDoes() throws Exception {
    var wrong = "{\"data\":{\"a\":{\"b\":1}}}";

    assertThat(text(patch("strategic-merge-patch+json", wrong)))
        .contains("patch: Invalid value: \\\"map[data:map[a:map[b:1]]]\\\": ");
    assertThat(text(patch("merge-patch+json", wrong)))
        .contains("patch: Invalid value: \\\"{", "victim")
        .doesNotContain("map[");
  }

  @Test
  void takesLongDirectivesOfAStrategicPatch() throws Exception {
    var names = IntStream.range(0, 100_000).mapToObj(i -> "k%d".formatted(i)).toList();
    var retained = names.stream().map(n -> "\"" + n + "\"").collect(Collectors.joining(","));
    var fields = names.stream().map(n -> "\"" + n + "\":\"\"").collect(Collectors.joining(","));
    var finalizers =
        names.subList(0, 30_000).stream()
            .map(n -> "\"e.x/" + n + "\"")
            .collect(Collectors.joining(","));

    var retaining = "{\"data\":{\"$retainKeys\":[" + retained + "]," + fields + "}}";
    assertThat(
            patch(CONFIG_MAPS + "/victim?dryRun=All", "strategic-merge-patch+json", retaining)
                .statusCode())
        .isLessThan(500);
    var thing =
        NAME.formatted("many", "{}")
            .replace("\"name\"", "\"finalizers\":[%s],\"name\"".formatted(finalizers));
    assertThat(http.post(CONFIG_MAPS, thing).statusCode()).isEqualTo(201);
    var deletion = "{\"metadata\":{\"$deleteFromPrimitiveList/finalizers\":[" + finalizers + "]}}";
    assertThat(
            patch(CONFIG_MAPS + "/many?dryRun=All", "strategic-merge-patch+json", deletion)
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void refusesWhatTheStoreCannotTake() throws Exception {
    var large =
        "{\"metadata\":{\"name\":\"big\"},\"revision\":1,\"data\":{\"a\":\"%s\"}}"
            .formatted("x".repeat(2 << 20));

    var answer = http.post("/apis/apps/v1/namespaces/default/controllerrevisions", large);

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(Http.status(answer))
        .containsEntry("message", "etcdserver: request is too large")
        .containsEntry("reason", "");
  }

  /// A book of managers that is larger than the object.
  @Test
  void writesWithoutManagersWhatIsTooLargeWithThem() throws Exception {
    var data =
        IntStream.range(0, 60_000)
            .mapToObj("\"key-%d\":\"\""::formatted)
            .collect(Collectors.joining(",", "{", "}"));

    var answer = http.post(CONFIG_MAPS, NAME.formatted("unmanaged", data));

    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(201);
    assertThat(Http.json(answer).object("metadata").list("managedFields")).isEmpty();
  }

  @Test
  void takesManyManagers() throws Exception {
    var entries =
        IntStream.range(0, 5_000)
            .mapToObj(
                i ->
                    ("{\"manager\":\"m%d\",\"operation\":\"Update\",\"apiVersion\":\"v1\","
                            + "\"time\":\"2030-01-01T00:00:00Z\",\"fieldsType\":\"FieldsV1\","
                            + "\"fieldsV1\":{\"f:data\":{\"f:k%d\":{}}}}")
                        .formatted(i, i))
            .collect(Collectors.joining(",", "[", "]"));
    var body = "{\"metadata\":{\"name\":\"managed\",\"managedFields\":" + entries + "}}";

    var answer = http.post(CONFIG_MAPS, body);

    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(201);
    assertThat(Http.json(answer).object("metadata").list("managedFields")).hasSizeLessThan(20);
  }

  @Test
  void takesLongSelectorsWithoutWorkingThemOutForEver() throws Exception {
    for (int i = 0; i < 200; i++) {
      http.post(
          "/api/v1/namespaces/default/secrets",
          "{\"metadata\":{\"name\":\"s%d\",\"labels\":{\"a\":\"v%d\"}}}".formatted(i, i));
    }
    var values = IntStream.range(0, 20_000).mapToObj(i -> "w" + i).collect(Collectors.joining(","));
    var terms = "a!=b,".repeat(19_999) + "a!=b";
    var secrets = "/api/v1/namespaces/default/secrets";

    assertThat(http.get(secrets + "?labelSelector=a+in+(" + values + ")").statusCode())
        .isEqualTo(200);
    assertThat(http.get(secrets + "?labelSelector=" + terms.replace("=", "%3D")).statusCode())
        .isEqualTo(200);
    assertThat(
            http.get(secrets + "?fieldSelector=" + terms.replace("a", "type").replace("=", "%3D"))
                .statusCode())
        .isEqualTo(200);
    assertRefused(400, "BadRequest", http.get(secrets + "?labelSelector=" + "(".repeat(100_000)));
  }

  @Test
  void refusesNumbersThatNobodyCanHold() throws Exception {
    var things = "/apis/example.com/v1/namespaces/default/things";
    var thing =
        "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Thing\",\"metadata\":{\"name\":\"n\"},\"spec\":%s}";

    assertRefused(400, "BadRequest", http.post(things, thing.formatted("1e400")));
    assertRefused(400, "BadRequest", http.post(things, thing.formatted("9".repeat(100_000))));
    assertRefused(400, "BadRequest", http.post(things, thing.formatted("1e99999999999")));
    var pods = "/api/v1/namespaces/default/pods";
    var pod =
        "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\","
            + "\"resources\":{\"requests\":{\"cpu\":%s}}}]}}";
    for (var amount :
        new String[] {
          "\"1e999999999\"", "\"1e-999999999\"", "1e99999", "\"" + "9".repeat(1 << 20) + "\""
        }) {
      assertThat(http.post(pods, pod.formatted(amount)).statusCode())
          .as(amount)
          .isBetween(400, 499);
    }
  }

  private static String repeated(String text, int times) {
    return (text + ",").repeat(times - 1) + text;
  }

  private static void assertRefused(int code, String reason, HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(code);
    assertThat(Http.status(answer)).containsEntry("reason", reason);
  }

  private static HttpResponse<byte[]> create(String type, String body)
      throws IOException, InterruptedException {
    return http.send(
        "POST", CONFIG_MAPS, body.getBytes(StandardCharsets.UTF_8), "Content-Type", type);
  }

  private static HttpResponse<byte[]> apply(String body) throws IOException, InterruptedException {
    return patch(CONFIG_MAPS + "/victim?fieldManager=m", "apply-patch+yaml", body);
  }

  private static HttpResponse<byte[]> patch(String type, String body)
      throws IOException, InterruptedException {
    return patch(CONFIG_MAPS + "/victim", type, body);
  }

  private static HttpResponse<byte[]> patch(String path, String type, String body)
      throws IOException, InterruptedException {
    return http.send(
        "PATCH",
        path,
        body.getBytes(StandardCharsets.UTF_8),
        "Content-Type",
        "application/" + type);
  }

  private static String text(HttpResponse<byte[]> answer) {
    var all = new String(answer.body(), StandardCharsets.UTF_8);
    return all.substring(0, Math.min(500, all.length()));
  }
}
