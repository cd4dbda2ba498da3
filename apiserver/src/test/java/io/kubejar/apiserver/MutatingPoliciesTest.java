package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.Yaml;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Mutating policies beyond single built-in objects, over HTTPS.
class MutatingPoliciesTest {
  private static final String GROUP = "/apis/admissionregistration.k8s.io/v1/";
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";
  private static final String WIDGETS = "/apis/example.com/v1/namespaces/default/widgets";
  private static final String ON_MAPS =
      "{apiGroups: [''], apiVersions: [v1], resources: [configmaps], operations: [CREATE]}";
  private static final String ON_WIDGETS =
      "{apiGroups: [example.com], apiVersions: [v1], resources: [widgets], operations: [CREATE]}";
  private static final String DEFINITION =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: widgets.example.com}
      spec:
        group: example.com
        scope: Namespaced
        names: {plural: widgets, kind: Widget}
        versions:
        - name: v1
          served: true
          storage: true
          schema:
            openAPIV3Schema:
              type: object
              properties:
                spec:
                  type: object
                  properties:
                    loose: {type: array, items: {type: string}}
                    parts:
                      type: array
                      x-kubernetes-list-type: map
                      x-kubernetes-list-map-keys: [name]
                      items:
                        type: object
                        required: [name]
                        properties:
                          name: {type: string}
                          size: {type: integer, default: 7}
                          color: {type: string}
      """;

  private TestServer server;
  private Http admin;

  @BeforeEach
  void start() throws Exception {
    server = TestServer.start();
    admin = Http.as(server, "admin", "system:masters");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<byte[]> post(String path, String yaml)
      throws IOException, InterruptedException {
    return admin.post(path, Yaml.parse(yaml.getBytes(StandardCharsets.UTF_8)).toString());
  }

  private void created(String path, String yaml) throws IOException, InterruptedException {
    var response = post(path, yaml);
    assertThat(response.statusCode()).as(Http.json(response).toString()).isEqualTo(201);
  }

  private void policy(String name, String rule, String rest)
      throws IOException, InterruptedException {
    created(
        GROUP + "mutatingadmissionpolicies",
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: MutatingAdmissionPolicy
        metadata: {name: %s}
        spec:
          reinvocationPolicy: Never
          matchConstraints: {resourceRules: [%s]}
        """
                .formatted(name, rule)
            + rest.indent(2));
    created(
        GROUP + "mutatingadmissionpolicybindings",
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: MutatingAdmissionPolicyBinding
        metadata: {name: %1$s-binding}
        spec: {policyName: %1$s}
        """
            .formatted(name));
  }

  private static String apply(String expression) {
    return """
    - patchType: ApplyConfiguration
      applyConfiguration: {expression: "%s"}
    """
        .formatted(expression);
  }

  private String metrics() throws IOException, InterruptedException {
    return new String(admin.get("/metrics").body(), StandardCharsets.UTF_8);
  }

  private HttpResponse<byte[]> map() throws IOException, InterruptedException {
    return post(MAPS, "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}");
  }

  @Test
  void mergesCustomObjectsByTheirSchema() throws Exception {
    DefinedKinds.define(server, DEFINITION);
    policy(
        "p",
        ON_WIDGETS,
        "mutations:\n"
            + apply(
                "Object{spec: Object.spec{parts: [Object.spec.parts{name: 'a', color: 'red'},"
                    + " Object.spec.parts{name: 'c'}]}}"));

    var made =
        Http.json(
            post(
                WIDGETS,
                """
                apiVersion: example.com/v1
                kind: Widget
                metadata: {name: w}
                spec: {parts: [{name: a, size: 1}, {name: b, size: 2}]}
                """));

    assertThat(made.object("spec"))
        .isEqualTo(
            Yaml.parse(
                "{parts: [{name: a, size: 1, color: red}, {name: b, size: 2}, {name: c, size:"
                    + " 7}]}"));
  }

  @Test
  void refusesToReplaceWhatCannotBeMerged() throws Exception {
    DefinedKinds.define(server, DEFINITION);
    policy("p", ON_WIDGETS, "mutations:\n" + apply("Object{spec: Object.spec{loose: ['x']}}"));

    var refused = post(WIDGETS, "{apiVersion: example.com/v1, kind: Widget, metadata: {name: w}}");

    assertThat(Http.json(refused).text("message"))
        .isEqualTo(
            "policy 'p' with binding 'p-binding' denied request: error applying patch: invalid"
                + " ApplyConfiguration: may not mutate atomic arrays, maps or structs:"
                + " .spec.loose");
  }

  @Test
  void tellsAllThatWentWrong() throws Exception {
    policy("a", ON_MAPS, "mutations:\n" + apply("Object{data: {'x': object.none}}"));
    policy(
        "b",
        ON_MAPS,
        "paramKind: {apiVersion: example.com/v1, kind: Nothing}\nmutations:\n"
            + apply("Object{data: {'y': 'y'}}"));

    var refused = map();

    assertThat(refused.statusCode()).isEqualTo(403);
    var status = Http.json(refused);
    var binding =
        "policy \"b\" denied request: failed to configure policy: failed to find resource"
            + " referenced by paramKind: 'example.com/v1, Kind=Nothing'";
    var mutation =
        "policy 'a' with binding 'a-binding' denied request: expression 'Object{data: {'x':"
            + " object.none}}' resulted in error: no such key: none";
    assertThat(status.text("message")).isEqualTo(binding);
    assertThat(status.text("reason")).isEqualTo("Forbidden");
    assertThat(status.object("details").list("causes"))
        .extracting(cause -> ((JsonObject) cause).text("message"))
        .containsExactly(binding, mutation);
  }

  /// What changes the object makes all policies look at it once more.
  @Test
  void measuresMutations() throws Exception {
    policy("a", ON_MAPS, "mutations:\n" + apply("Object{data: {'x': 'y'}}"));
    policy(
        "b",
        ON_MAPS,
        "failurePolicy: Ignore\nmutations:\n" + apply("Object{data: {'x': object.none}}"));
    policy(
        "c",
        ON_MAPS,
        "failurePolicy: Ignore\nmatchConditions: [{name: c, expression: object.none == 1}]\n"
            + "mutations:\n"
            + apply("Object{}"));

    assertThat(map().statusCode()).isEqualTo(201);

    assertThat(metrics())
        .contains(
            "apiserver_mutating_admission_policy_check_total{error_type=\"no_error\",policy=\"a\","
                + "policy_binding=\"a-binding\"} 1.0")
        .contains(
            "apiserver_mutating_admission_policy_check_total{error_type=\"invalid_error\","
                + "policy=\"b\",policy_binding=\"b-binding\"} 1.0")
        .contains(
            "apiserver_mutating_admission_policy_check_duration_seconds_count{"
                + "error_type=\"no_error\",policy=\"a\",policy_binding=\"a-binding\"} 1")
        .contains(
            "apiserver_admission_match_condition_evaluation_errors_total{kind=\"policy\","
                + "name=\"c\",operation=\"CREATE\",type=\"validate\"} 2.0")
        .contains(
            "apiserver_admission_match_condition_evaluation_seconds_count{kind=\"policy\","
                + "name=\"c\",operation=\"CREATE\",type=\"validate\"} 2");
  }

  @Test
  void measuresTheRulesOfCustomResources() throws Exception {
    var rule = "x-kubernetes-validations: [{rule: self.spec.parts.size() < 9}]";
    DefinedKinds.define(
        server,
        DEFINITION.replace(
            "        properties:\n          spec:",
            "        " + rule + "\n        properties:\n          spec:"));
    created(
        WIDGETS,
        "{apiVersion: example.com/v1, kind: Widget, metadata: {name: w}, spec: {parts: []}}");

    assertThat(metrics())
        .containsPattern("apiserver_cel_compilation_duration_seconds_count [1-9]")
        .containsPattern("apiserver_cel_evaluation_duration_seconds_count [1-9]")
        .contains("apiserver_cel_evaluation_duration_seconds_bucket{le=\"0.005\"}");
  }
}
