package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.protobuf.ProtobufEnvelope;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the server says about itself, in the formats that clients ask for.
class DiscoveryTest {
  private static final String AGGREGATED = ";g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
  private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";

  private static TestServer server;
  private static Http admin;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    server = TestServer.start();
    admin = Http.as(server, "admin", "system:masters");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void answersTheSameDocumentOnlyOnce() throws Exception {
    var first = admin.get("/apis", "Accept", "application/json" + AGGREGATED);
    var tag = first.headers().firstValue("ETag").orElseThrow();
    var again = admin.get("/apis", "Accept", "application/json" + AGGREGATED, "If-None-Match", tag);

    assertThat(first.headers().firstValue("Content-Type"))
        .contains("application/json" + AGGREGATED);
    assertThat(first.headers().firstValue("Vary")).contains("Accept");
    assertThat(tag).matches("\"[0-9A-F]{128}\"");
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/api, APIVersions",
    "/apis, APIGroupList",
    "/apis/apps, APIGroup",
    "/apis/apps/v1, APIResourceList",
    "/api/v1, APIResourceList",
  })
  void speaksProtobuf(String path, String kind) throws Exception {
    var answer = admin.get(path, "Accept", PROTOBUF);
    var envelope = ProtobufEnvelope.read(answer.body());

    assertThat(answer.headers().firstValue("Content-Type")).contains(PROTOBUF);
    assertThat(envelope.apiVersion()).isEqualTo("v1");
    assertThat(envelope.kind()).isEqualTo(kind);
  }

  @Test
  void putsEveryResourceIntoTheProtobufForm() throws Exception {
    var answer = admin.get("/apis/apps/v1", "Accept", PROTOBUF);

    // Name, namespaced, kind, verbs, short names, singular name, categories; lengths as dots.
    var deployment =
        "..deployments....Deployment\"C..create..delete..deletecollection..get..list..patch..update"
            + "..watch*.deploy2.deployment:.all";
    assertThat(text(answer).replaceAll("\\p{Cntrl}", ".")).contains(deployment);
  }

  @Test
  void putsTheAggregatedDocumentIntoProtobufToo() throws Exception {
    var answer = admin.get("/api", "Accept", PROTOBUF + AGGREGATED);
    var envelope = ProtobufEnvelope.read(answer.body());

    assertThat(answer.headers().firstValue("Content-Type")).contains(PROTOBUF + AGGREGATED);
    assertThat(envelope.apiVersion()).isEqualTo("apidiscovery.k8s.io/v2");
    assertThat(envelope.kind()).isEqualTo("APIGroupDiscoveryList");
    assertThat(text(answer)).contains("pods").contains("Current");
  }

  @Test
  void givesTheClassicFormToThoseWhoLikeItBetter() throws Exception {
    var answer = admin.get("/apis", "Accept", "application/json, application/json" + AGGREGATED);

    assertThat(Http.json(answer).text("kind")).isEqualTo("APIGroupList");
  }

  /// The hashes of a real cluster.
  @Test
  void tellsWhatIsStoredAsTheSameKind() throws Exception {
    assertThat(hash("/api/v1", "pods")).isEqualTo("xPOwRZ+Yhw8=");
    assertThat(hash("/api/v1", "events")).isEqualTo("r2yiGXH7wu8=");
    assertThat(hash("/apis/events.k8s.io/v1", "events")).isEqualTo("r2yiGXH7wu8=");
    assertThat(hash("/apis/apps/v1", "deployments")).isEqualTo("8aSe+NMegvE=");
    assertThat(hash("/apis/autoscaling/v1", "horizontalpodautoscalers"))
        .isEqualTo(hash("/apis/autoscaling/v2", "horizontalpodautoscalers"))
        .isEqualTo("qwQve8ut294=");
    assertThat(hash("/apis/apps/v1", "deployments/status")).isEmpty();
    assertThat(hash("/apis/authorization.k8s.io/v1", "subjectaccessreviews")).isEmpty();
  }

  private static String hash(String version, String resource) throws Exception {
    return Http.json(admin.get(version)).list("resources").stream()
        .map(JsonObject.class::cast)
        .filter(each -> each.text("name").equals(resource))
        .map(each -> each.text("storageVersionHash"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void refusesWhatItCannotWrite() throws Exception {
    var answer = admin.get("/apis", "Accept", "text/html");

    assertThat(Http.status(answer))
        .containsEntry("code", "406")
        .containsEntry("reason", "NotAcceptable");
  }

  @Test
  void putsGroupsInTheOrderOfTheirPriorities() throws Exception {
    var groups = text(admin.get("/apis"));

    assertThat(groups.indexOf("apiregistration.k8s.io")).isLessThan(groups.indexOf("apps/v1"));
    assertThat(groups.indexOf("apps/v1")).isLessThan(groups.indexOf("events.k8s.io"));
    assertThat(groups.indexOf("autoscaling/v2")).isLessThan(groups.indexOf("autoscaling/v1"));
    assertThat(groups.indexOf("admissionregistration.k8s.io"))
        .isLessThan(groups.indexOf("apiextensions.k8s.io"));
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.ISO_8859_1);
  }
}
