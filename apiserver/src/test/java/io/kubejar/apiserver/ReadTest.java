package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.core.v1.ConfigMap;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.protobuf.ProtobufEnvelope;
import io.kubejar.apimachinery.protobuf.ProtobufReader;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Reads over HTTPS, in all forms.
class ReadTest {
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final int COUNT = 5;

  private static TestServer server;
  private static Http http;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    server = TestServer.start();
    http = Http.as(server, "admin", "system:masters");
    for (int i = 0; i < COUNT; i++) {
      http.post(
          MAPS,
          "{\"metadata\":{\"name\":\"m"
              + i
              + "\",\"labels\":{\"even\":\""
              + (i % 2 == 0)
              + "\"}}}");
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void pagesThroughAListAsItWasAtTheBeginning() throws Exception {
    var names = new ArrayList<String>();
    var first = Http.json(http.get(MAPS + "?limit=2"));
    names.addAll(names(first));
    http.post(MAPS, "{\"metadata\":{\"name\":\"m1-late\"}}");
    var token = first.object("metadata").text("continue");
    while (!token.isEmpty()) {
      var page = Http.json(http.get(MAPS + "?limit=2&continue=" + token));
      names.addAll(names(page));
      token = page.object("metadata").text("continue");
    }
    server
        .admin()
        .delete(ConfigMap.RESOURCE, new ObjectKey("default", "m1-late"), DeleteOptions.EMPTY);

    assertThat(names).containsExactly("m0", "m1", "m2", "m3", "m4");
    assertThat(first.object("metadata").get("remainingItemCount"))
        .isEqualTo(JsonNumber.of(COUNT - 2));
  }

  @Test
  void selectsByLabelsAndFields() throws Exception {
    var even =
        Http.json(http.get(MAPS + "?labelSelector=even%3Dtrue&fieldSelector=metadata.name!%3Dm0"));

    assertThat(names(even)).containsExactly("m2", "m4");
  }

  @Test
  void refusesFieldsThatCannotBeSelected() throws Exception {
    var answer = http.get("/api/v1/pods?fieldSelector=spec.foo%3Dx");

    assertThat(Http.status(answer))
        .containsEntry("code", "400")
        .containsEntry("message", "field label not supported: spec.foo");
  }

  @Test
  void answersInProtobuf() throws Exception {
    var answer = http.get(MAPS + "/m0", "Accept", "application/vnd.kubernetes.protobuf");
    var envelope = ProtobufEnvelope.read(answer.body());

    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("application/vnd.kubernetes.protobuf");
    assertThat(envelope.kind()).isEqualTo("ConfigMap");
    assertThat(envelope.decode(ConfigMap.CODEC).metadata().name()).isEqualTo("m0");
  }

  @Test
  void answersInYaml() throws Exception {
    var answer = http.get(MAPS + "/m0", "Accept", "application/yaml");

    assertThat(Yaml.parse(answer.body())).isEqualTo(Http.json(http.get(MAPS + "/m0")));
  }

  @Test
  void answersWithMetadataOnly() throws Exception {
    var accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    var list = Http.json(http.get(MAPS, "Accept", accept));

    assertThat(list.text("kind")).isEqualTo("PartialObjectMetadataList");
    assertThat(names(list)).hasSize(COUNT);
  }

  @Test
  void putsIntoTheRowsOfATableWhatTheClientWants() throws Exception {
    var accept = "application/json;as=Table;g=meta.k8s.io;v=v1";
    var usual = row(http.get(MAPS, "Accept", accept));
    var none = row(http.get(MAPS + "?includeObject=None", "Accept", accept));
    var whole = row(http.get(MAPS + "?includeObject=Object", "Accept", accept));
    var nothing = "/api/v1/namespaces/nowhere/configmaps?includeObject=All";

    assertThat(usual.object("object").text("kind")).isEqualTo("PartialObjectMetadata");
    assertThat(none.has("object")).isFalse();
    assertThat(whole.object("object").text("kind")).isEqualTo("ConfigMap");
    assertThat(Http.status(http.get(nothing, "Accept", accept)))
        .containsEntry("code", "400")
        .containsEntry("message", "unrecognized includeObject value: \"All\"");
  }

  private static JsonObject row(HttpResponse<byte[]> answer) {
    return (JsonObject) Http.json(answer).list("rows").getFirst();
  }

  @Test
  void answersWithATable() throws Exception {
    var accept = "application/json;as=Table;g=meta.k8s.io;v=v1,application/json";
    var table = Http.json(http.get(MAPS, "Accept", accept));
    var columns =
        table.list("columnDefinitions").stream().map(it -> ((JsonObject) it).text("name")).toList();

    assertThat(columns).containsExactly("Name", "Data", "Age");
    assertThat(((JsonObject) table.list("rows").getFirst()).list("cells").getFirst())
        .isEqualTo(new JsonString("m0"));
  }

  @Test
  void expiresRevisionsThatAreCompacted() throws Exception {
    var answer = http.get(MAPS + "?resourceVersion=999999&resourceVersionMatch=NotOlderThan");

    assertThat(Http.status(answer)).containsEntry("code", "504").containsEntry("reason", "Timeout");
    assertThat(Http.status(answer).get("message"))
        .startsWith("Timeout: Too large resource version: 999999, current: ");
  }

  @Test
  void tellsEverythingItServesInOneDocument() throws Exception {
    var accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    var answer = http.get("/apis", "Accept", accept);
    var again =
        http.get(
            "/apis",
            "Accept",
            accept,
            "If-None-Match",
            answer.headers().firstValue("ETag").orElseThrow());

    assertThat(Http.json(answer).text("kind")).isEqualTo("APIGroupDiscoveryList");
    assertThat(again.statusCode()).isEqualTo(304);
  }

  @Test
  void streamsChangesAsTheyHappen() throws Exception {
    var stream = http.lines(MAPS + "?watch=true&fieldSelector=metadata.name%3Dm3");
    var lines = stream.body().iterator();
    var first = (JsonObject) JsonParser.parse(lines.next());
    http.send(
        "PATCH",
        MAPS + "/m3",
        "{\"data\":{\"a\":\"b\"}}".getBytes(StandardCharsets.UTF_8),
        "Content-Type",
        "application/merge-patch+json");
    var second = (JsonObject) JsonParser.parse(lines.next());

    assertThat(first.text("type")).isEqualTo("ADDED");
    assertThat(second.text("type")).isEqualTo("MODIFIED");
    assertThat(second.object("object").object("data").text("a")).isEqualTo("b");
  }

  @Test
  void framesProtobufWatches() throws Exception {
    var answer =
        http.get(
            MAPS + "?watch=true&timeoutSeconds=1&fieldSelector=metadata.name%3Dm0",
            "Accept",
            "application/vnd.kubernetes.protobuf");
    var frame = ByteBuffer.wrap(answer.body());
    var message = new byte[frame.getInt()];
    frame.get(message);
    var in = ProtobufReader.of(message);
    in.nextField();
    var type = in.string();
    in.nextField();
    in.beginMessage(); // The RawExtension around the object.
    in.nextField();
    var object = ProtobufEnvelope.read(in.bytes().toArray());

    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("application/vnd.kubernetes.protobuf;stream=watch");
    assertThat(type).isEqualTo("ADDED");
    assertThat(object.decode(ConfigMap.CODEC).metadata().name()).isEqualTo("m0");
    assertThat(frame.hasRemaining()).isFalse();
  }

  @Test
  void watchesTablesWithOneHeader() throws Exception {
    var answer =
        http.get(
            MAPS + "?watch=true&timeoutSeconds=1&limit=500",
            "Accept",
            "application/json;as=Table;v=v1;g=meta.k8s.io,application/json");
    var lines = new String(answer.body(), StandardCharsets.UTF_8).lines().toList();
    var first = ((JsonObject) JsonParser.parse(lines.getFirst())).object("object");
    var last = ((JsonObject) JsonParser.parse(lines.getLast())).object("object");

    assertThat(lines).hasSize(COUNT);
    assertThat(first.list("columnDefinitions")).hasSize(3);
    assertThat(last.list("columnDefinitions")).isEmpty();
    assertThat(last.list("rows")).hasSize(1);
  }

  @Test
  void isWell() throws Exception {
    assertThat(new String(http.get("/readyz").body(), StandardCharsets.UTF_8)).isEqualTo("ok");
    assertThat(Http.json(http.get("/version")).text("minor")).isEqualTo("36");
  }

  @Test
  void saysThatNothingIsThere() throws Exception {
    var answer = http.get("/api/v1/namespaces/default/pods/none");

    assertThat(Http.status(answer)).containsEntry("message", "pods \"none\" not found");
  }

  private static List<String> names(JsonObject list) {
    return list.list("items").stream()
        .map((JsonValue item) -> ((JsonObject) item).object("metadata").text("name"))
        .toList();
  }
}
