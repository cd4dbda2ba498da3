package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Server-side apply of kinds that are out of the ordinary, over HTTPS: those with several
/// versions, and custom ones whose schemas do not know everything.
class ApplyKindsTest {
  private static final String THINGS = "/apis/example.com/v1/namespaces/default/things/";
  private static final String V1 =
      "/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers/";
  private static final String V2 =
      "/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers/";

  private static TestServer server;
  private static Http http;

  @BeforeAll
  static void start() throws Exception {
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
             schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {
               free: {type: object, x-kubernetes-preserve-unknown-fields: true},
               whole: {type: object, x-kubernetes-map-type: atomic,
                 additionalProperties: {type: string}},
               tags: {type: array, x-kubernetes-list-type: set, items: {type: string}},
               pod: {type: object, x-kubernetes-embedded-resource: true,
                 x-kubernetes-preserve-unknown-fields: true}}}}}}}]}}
        """);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void eachManagerKeepsTheVersionItAppliedIn() throws Exception {
    var target = "scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: d}";
    var metrics =
        "metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization,"
            + " averageUtilization: 50}}}]";
    ok(apply(V2 + "h", "two", autoscaler("v2", target + ", maxReplicas: 3, " + metrics)));
    ok(apply(V1 + "h", "one", autoscaler("v1", target + ", maxReplicas: 3")));

    var refused = apply(V1 + "h", "one", autoscaler("v1", target + ", maxReplicas: 4"));
    var cpu =
        apply(
            V1 + "h",
            "one",
            autoscaler("v1", target + ", maxReplicas: 3, targetCPUUtilizationPercentage: 50"));

    assertThat(managers(V2 + "h"))
        .containsExactlyInAnyOrder("one autoscaling/v1", "two autoscaling/v2");
    assertThat(Http.status(refused).get("message"))
        .isEqualTo("Apply failed with 1 conflict: conflict with \"two\": .spec.maxReplicas");
    assertThat(cpu.statusCode()).isEqualTo(200);
    assertThat(Http.json(http.get(V2 + "h")).object("spec").list("metrics")).hasSize(1);
  }

  @Test
  void mergesWhatNoSchemaKnowsFieldByField() throws Exception {
    ok(apply(THINGS + "free", "one", thing("free", "free: {a: 1, deep: {x: 1}}")));
    ok(apply(THINGS + "free", "two", thing("free", "free: {b: 2, deep: {z: 1}}")));

    var refused = apply(THINGS + "free", "two", thing("free", "free: {a: 2}"));
    var less = ok(apply(THINGS + "free", "one", thing("free", "free: {deep: {x: 1}}")));

    assertThat(Http.status(refused).get("message"))
        .isEqualTo("Apply failed with 1 conflict: conflict with \"one\": .spec.free.a");
    assertThat(less.object("spec").object("free"))
        .isEqualTo(JsonParser.parse("{\"b\":2,\"deep\":{\"x\":1,\"z\":1}}"));
  }

  @Test
  void mergesObjectsWithinObjects() throws Exception {
    var pod = "pod: {apiVersion: v1, kind: Pod, metadata: {name: p, labels: {%s: x}}}";
    ok(apply(THINGS + "within", "one", thing("within", pod.formatted("a"))));
    var both = ok(apply(THINGS + "within", "two", thing("within", pod.formatted("b"))));

    assertThat(both.object("spec").object("pod").object("metadata").object("labels"))
        .hasToString("{\"a\":\"x\",\"b\":\"x\"}");
  }

  @Test
  void aMapThatIsOneValueHasOneOwner() throws Exception {
    ok(apply(THINGS + "whole", "one", thing("whole", "whole: {a: x}")));

    var refused = apply(THINGS + "whole", "two", thing("whole", "whole: {b: x}"));

    assertThat(Http.status(refused).get("message"))
        .isEqualTo("Apply failed with 1 conflict: conflict with \"one\": .spec.whole");
  }

  @Test
  void aSetHasEachValueOnceAndAnOwnerForEach() throws Exception {
    ok(apply(THINGS + "set", "one", thing("set", "tags: [a, b]")));
    ok(apply(THINGS + "set", "two", thing("set", "tags: [b, c]")));

    var less = ok(apply(THINGS + "set", "one", thing("set", "tags: [a]")));
    var twice = apply(THINGS + "set", "one", thing("set", "tags: [a, a]"));

    assertThat(less.object("spec").list("tags")).hasToString("[\"a\", \"b\", \"c\"]");
    assertThat(Http.status(twice))
        .containsEntry("code", "500")
        .containsEntry(
            "message",
            "failed to create typed patch object (default/set; example.com/v1, Kind=Thing):"
                + " .spec.tags: duplicate entries for key [=\"a\"]");
  }

  private static String autoscaler(String version, String spec) {
    return "{apiVersion: autoscaling/%s, kind: HorizontalPodAutoscaler, metadata: {name: h}, spec: {%s}}"
        .formatted(version, spec);
  }

  private static String thing(String name, String spec) {
    return "{apiVersion: example.com/v1, kind: Thing, metadata: {name: %s}, spec: {%s}}"
        .formatted(name, spec);
  }

  private static List<String> managers(String path) throws IOException, InterruptedException {
    return Http.json(http.get(path)).object("metadata").list("managedFields").stream()
        .map(JsonObject.class::cast)
        .map(entry -> entry.text("manager") + " " + entry.text("apiVersion"))
        .toList();
  }

  private static JsonObject ok(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode())
        .as(new String(answer.body(), StandardCharsets.UTF_8))
        .isBetween(200, 201);
    return Http.json(answer);
  }

  private static HttpResponse<byte[]> apply(String path, String manager, String body)
      throws IOException, InterruptedException {
    return http.send(
        "PATCH",
        path + "?fieldManager=" + manager,
        body.getBytes(StandardCharsets.UTF_8),
        "Content-Type",
        "application/apply-patch+yaml");
  }
}
