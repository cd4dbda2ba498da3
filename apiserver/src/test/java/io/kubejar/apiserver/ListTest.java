package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.Secret;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.protobuf.ProtobufEnvelope;
import io.kubejar.apimachinery.protobuf.ProtobufReader;
import io.kubejar.apimachinery.time.RealClock;
import io.kubejar.storage.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Lists at revisions, in pages and of size.
class ListTest {
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String PAGED = "/api/v1/namespaces/kube-public/configmaps";

  private static TestServer server;
  private static Store store;
  private static Http http;

  @BeforeAll
  static void start() throws Exception {
    var options = new ArrayList<ApiServerOptions>();
    server =
        TestServer.start(
            new RealClock(),
            usual -> {
              options.add(usual);
              return usual;
            });
    store = options.getFirst().store();
    http = Http.as(server, "admin", "system:masters");
    for (int i = 0; i < 4; i++) {
      http.post(PAGED, named("m" + i));
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "resourceVersionMatch=Exact"
            + "|resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless"
            + " resourceVersion is provided",
        "resourceVersionMatch=Exact&resourceVersion=0"
            + "|resourceVersionMatch: Forbidden: resourceVersionMatch \"exact\" is forbidden for"
            + " resourceVersion \"0\"",
        "resourceVersionMatch=Newest&resourceVersion=1"
            + "|resourceVersionMatch: Unsupported value: \"Newest\": supported values: \"Exact\","
            + " \"NotOlderThan\", \"\"",
        "resourceVersionMatch=Exact&resourceVersion=1&continue=abc"
            + "|resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden when continue is"
            + " provided",
        "sendInitialEvents=true"
            + "|sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list",
        "watch=1&sendInitialEvents=false"
            + "|resourceVersionMatch: Forbidden: sendInitialEvents requires setting"
            + " resourceVersionMatch to NotOlderThan",
        "watch=1&resourceVersionMatch=NotOlderThan"
            + "|resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless"
            + " sendInitialEvents is provided",
      })
  void refusesOptionsThatContradictEachOther(String query, String fault) throws Exception {
    var status = Http.status(http.get(MAPS + "?" + query));

    assertThat(status)
        .containsEntry("code", "422")
        .containsEntry("message", "ListOptions.meta.k8s.io \"\" is invalid: " + fault);
  }

  @Test
  void tellsAllContradictionsAtOnce() throws Exception {
    var status = Http.status(http.get(MAPS + "?resourceVersionMatch=Newest&continue=abc"));

    assertThat(status.get("message"))
        .contains("unless resourceVersion is provided", "when continue is", "Unsupported value");
  }

  @ParameterizedTest
  @CsvSource({"abc,invalid syntax", "-1,invalid syntax", "99999999999999999999,value out of range"})
  void refusesRevisionsThatAreNoNumbers(String revision, String why) throws Exception {
    var fault =
        "resourceVersion: Invalid value: \"%s\": strconv.ParseUint: parsing \"%s\": %s"
            .formatted(revision, revision, why);

    assertThat(Http.status(http.get(MAPS + "?resourceVersion=" + revision)))
        .containsEntry("code", "400")
        .containsEntry("message", "invalid resource version: " + fault);
    assertThat(Http.status(http.get(MAPS + "?watch=1&resourceVersion=" + revision)))
        .containsEntry("code", "500")
        .containsEntry("message", fault);
  }

  @Test
  void refusesTokensItDidNotMake() throws Exception {
    assertThat(refusal("*")).isEqualTo("illegal base64 data at input byte 0");
    assertThat(refusal(token("{\"v\":\"v9\",\"rv\":1,\"start\":\"a\"}")))
        .isEqualTo("server does not recognize this encoded version v9");
    assertThat(refusal(token("{\"v\":\"meta.k8s.io/v1\",\"start\":\"a\"}")))
        .isEqualTo("incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
    assertThat(refusal(token("{\"v\":\"meta.k8s.io/v1\",\"rv\":1}")))
        .isEqualTo("encoded start key empty (version meta.k8s.io/v1)");
    assertThat(refusal(token("{\"v\":\"meta.k8s.io/v1\",\"rv\":1,\"start\":\"a/../../b\"}")))
        .isEqualTo("a/../../b");
  }

  private static String refusal(String token) throws IOException, InterruptedException {
    var status = Http.status(http.get(MAPS + "?limit=1&continue=" + token));
    var prefix = "invalid continue token: continue key is not valid: ";
    var message = status.getOrDefault("message", "");
    assertThat(status).containsEntry("code", "400");
    assertThat(message).startsWith(prefix);
    return message.substring(prefix.length());
  }

  private static String token(String json) {
    var bytes = json.getBytes(StandardCharsets.UTF_8);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Test
  void listsWhatWasThereAtARevision() throws Exception {
    var at = metadata(Http.json(http.post(MAPS, named("exact")))).text("resourceVersion");
    http.post(MAPS, named("exact-later"));

    for (var query : List.of("&resourceVersionMatch=Exact", "&limit=500")) {
      var list = Http.json(http.get(MAPS + "?resourceVersion=" + at + query));
      assertThat(names(list)).contains("exact").doesNotContain("exact-later");
      assertThat(metadata(list).text("resourceVersion")).isEqualTo(at);
    }
    assertThat(names(Http.json(http.get(MAPS + "?resourceVersion=" + at)))).contains("exact-later");
  }

  /// Asked at a server that has begun since: the other one still remembers.
  @Test
  void goesOnWithAListWhoseRevisionIsCompacted() throws Exception {
    var first = Http.json(http.get(PAGED + "?limit=2"));
    var at = metadata(first).text("resourceVersion");
    http.post(PAGED, named("m2-late"));
    store.compact(store.revision());

    try (var later = TestServer.start(new RealClock(), ListTest::onTheSameStore)) {
      var client = Http.as(later, "admin", "system:masters");
      var next = PAGED + "?limit=2&continue=";
      var expired = Http.json(client.get(next + metadata(first).text("continue")));
      var fresh = metadata(expired).text("continue");
      var rest = Http.json(client.get(next + fresh));

      assertThat(expired.text("reason")).isEqualTo("Expired");
      assertThat(expired.get("code")).isEqualTo(JsonNumber.of(410));
      assertThat(expired.text("message"))
          .startsWith("The provided continue parameter is too old to display a consistent list");
      assertThat(names(rest)).containsExactly("m2", "m2-late");
      assertThat(metadata(rest).get("remainingItemCount")).isEqualTo(JsonNumber.of(1));
      var exact = client.get(MAPS + "?resourceVersionMatch=Exact&resourceVersion=" + at);
      assertThat(Http.status(exact))
          .containsEntry("code", "410")
          .containsEntry("message", "The resourceVersion for the provided list is too old.");
    }
  }

  private static ApiServerOptions onTheSameStore(ApiServerOptions usual) {
    return ApiServerOptions.of(store, usual.clock(), usual.random())
        .withClientAuthorities(usual.clientAuthorities());
  }

  @Test
  void sendsThoseAwayWhoKnowALaterRevision() throws Exception {
    var answer = http.get(MAPS + "?resourceVersion=999999&resourceVersionMatch=Exact");
    var details = Http.json(answer).object("details");

    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    assertThat(details.get("retryAfterSeconds")).isEqualTo(JsonNumber.of(1));
    assertThat(((JsonObject) details.list("causes").getFirst()).text("reason"))
        .isEqualTo("ResourceVersionTooLarge");
  }

  @Test
  void doesNotTellHowManySelectedObjectsRemain() throws Exception {
    var page = Http.json(http.get(PAGED + "?limit=1&labelSelector=!none"));

    assertThat(metadata(page).text("continue")).isNotEmpty();
    assertThat(metadata(page).get("remainingItemCount")).isNull();
  }

  @Test
  void compressesLargeAnswersOnly() throws Exception {
    var large = "x".repeat(200_000);
    http.post(MAPS, "{\"metadata\":{\"name\":\"large\"},\"data\":{\"a\":\"" + large + "\"}}");
    var compressed = http.get(MAPS + "/large", "Accept-Encoding", "gzip");
    var plain = http.get("/api/v1/namespaces/default", "Accept-Encoding", "gzip");

    assertThat(compressed.headers().firstValue("Content-Encoding")).contains("gzip");
    assertThat(compressed.body().length).isLessThan(large.length() / 10);
    try (var in = new GZIPInputStream(new java.io.ByteArrayInputStream(compressed.body()))) {
      var object = (JsonObject) JsonParser.parse(in.readAllBytes());
      assertThat(object.object("data").text("a")).isEqualTo(large);
    }
    assertThat(plain.headers().firstValue("Content-Encoding")).isEmpty();
  }

  /// Lists are put together while they are sent, in every format, plain or compressed.
  @Test
  void tellsTheSameListInEveryForm() throws Exception {
    var path = "/api/v1/namespaces/default/secrets";
    for (int i = 0; i < 30; i++) {
      var secret =
          "{\"metadata\":{\"name\":\"s%d\"},\"stringData\":{\"a\":\"%s\"}}"
              .formatted(i, "x".repeat(20_000));
      assertThat(http.post(path, secret).statusCode()).isEqualTo(201);
    }
    var plain = http.get(path).body();
    var envelope =
        ProtobufEnvelope.read(
            http.get(path, "Accept", "application/vnd.kubernetes.protobuf").body());

    var list = (JsonObject) JsonParser.parse(plain);
    assertThat(list.list("items")).hasSize(30);
    assertThat(list.text("kind")).isEqualTo("SecretList");
    assertThat(envelope.kind()).isEqualTo("SecretList");
    assertThat(itemNames(envelope)).isEqualTo(names(list));
    for (var accept : List.of("application/json", "application/vnd.kubernetes.protobuf")) {
      var whole = http.get(path, "Accept", accept);
      var packed = http.get(path, "Accept", accept, "Accept-Encoding", "gzip");
      assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
      try (var in = new GZIPInputStream(new java.io.ByteArrayInputStream(packed.body()))) {
        assertThat(in.readAllBytes()).isEqualTo(whole.body());
      }
    }
    var none = http.get(path + "?labelSelector=no%3Dbody", "Accept", "application/json");
    assertThat(Http.json(none).list("items")).isEmpty();
  }

  private static List<String> itemNames(ProtobufEnvelope envelope) {
    var in = ProtobufReader.of(envelope.raw().toArray());
    var names = new ArrayList<String>();
    for (int field = in.nextField(); field != 0; field = in.nextField()) {
      if (field == 2) {
        names.add(in.message(Secret.CODEC).metadata().name());
      } else {
        in.skip();
      }
    }
    return names;
  }

  private static String named(String name) {
    return "{\"metadata\":{\"name\":\"" + name + "\"}}";
  }

  private static JsonObject metadata(JsonObject object) {
    return object.object("metadata");
  }

  private static List<String> names(JsonObject list) {
    var names = new ArrayList<String>();
    for (JsonValue item : list.list("items")) {
      names.add(metadata((JsonObject) item).text("name"));
    }
    return names;
  }
}
