package io.kubejar.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Policies as clients meet them, over HTTPS.
class AdmissionPoliciesTest {
  private static final String POLICIES =
      "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies";
  private static final String BINDINGS =
      "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings";
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";

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

  /// Puts a policy about ConfigMaps into force.
  private void policy(String spec, String binding) throws IOException, InterruptedException {
    created(
        POLICIES,
        """
        {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy",
         "metadata": {"name": "p"}, "spec": {"matchConstraints": {"resourceRules": [{
           "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"],
           "operations": ["CREATE", "UPDATE", "DELETE"]}]}, %s}}
        """
            .formatted(spec));
    created(
        BINDINGS,
        """
        {"apiVersion": "admissionregistration.k8s.io/v1",
         "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": "b"},
         "spec": {"policyName": "p", %s}}
        """
            .formatted(binding));
  }

  private void created(String path, String json) throws IOException, InterruptedException {
    var response = admin.post(path, json);
    assertThat(response.statusCode()).as(Http.json(response).toString()).isEqualTo(201);
  }

  private HttpResponse<byte[]> delete(String path) throws IOException, InterruptedException {
    return admin.send("DELETE", path, new byte[0]);
  }

  private HttpResponse<byte[]> map(String name, String data)
      throws IOException, InterruptedException {
    return admin.post(
        MAPS,
        """
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "%s"}, "data": {%s}}
        """
            .formatted(name, data));
  }

  @Test
  void refusesWhatAnExpressionRefuses() throws Exception {
    policy(
        """
        "variables": [{"name": "size", "expression": "object.data.size()"}],
        "validations": [{"expression": "variables.size < 2",
          "messageExpression": "'too many: ' + string(variables.size)"}]
        """,
        "\"validationActions\": [\"Deny\"]");

    assertThat(map("a", "\"x\": \"1\"").statusCode()).isEqualTo(201);
    var refused = map("b", "\"x\": \"1\", \"y\": \"2\"");

    assertThat(refused.statusCode()).isEqualTo(422);
    assertThat(Http.json(refused).text("message"))
        .isEqualTo(
            "configmaps \"b\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied"
                + " request: too many: 2");
    assertThat(Http.json(refused).text("reason")).isEqualTo("Invalid");
  }

  @Test
  void answersWithTheCodeOfTheReason() throws Exception {
    policy(
        """
        "validations": [{"expression": "request.operation != 'CREATE'", "reason": "Forbidden"}]
        """,
        "\"validationActions\": [\"Deny\"]");

    var refused = map("a", "");

    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(Http.json(refused).text("message"))
        .endsWith("denied request: failed expression: request.operation != 'CREATE'");
  }

  @Test
  void warnsIfTheBindingSaysSo() throws Exception {
    policy(
        "\"validations\": [{\"expression\": \"false\", \"message\": \"just so\"}]",
        "\"validationActions\": [\"Warn\", \"Audit\"]");

    var response = map("a", "");

    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(response.headers().firstValue("Warning"))
        .contains(
            "299 - \"Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': just"
                + " so\"");
  }

  @Test
  void comparesWithParameters() throws Exception {
    created(
        "/api/v1/namespaces/kube-system/configmaps",
        """
        {"apiVersion": "v1", "kind": "ConfigMap",
         "metadata": {"name": "limits", "namespace": "kube-system"}, "data": {"max": "1"}}
        """);
    policy(
        """
        "paramKind": {"apiVersion": "v1", "kind": "ConfigMap"},
        "validations": [{"expression": "object == null || object.data.size() <= int(params.data.max)"}]
        """,
        """
        "validationActions": ["Deny"], "paramRef": {"name": "limits", "namespace": "kube-system",
          "parameterNotFoundAction": "Deny"}
        """);

    assertThat(map("a", "\"x\": \"1\"").statusCode()).isEqualTo(201);
    assertThat(map("b", "\"x\": \"1\", \"y\": \"2\"").statusCode()).isEqualTo(422);

    delete("/api/v1/namespaces/kube-system/configmaps/limits");

    assertThat(Http.json(map("c", "\"x\": \"1\"")).text("message"))
        .endsWith(
            "denied request: failed to configure binding: no params found for policy binding with"
                + " `Deny` parameterNotFoundAction");
  }

  @Test
  void leavesOutWhatConditionsExclude() throws Exception {
    policy(
        """
        "matchConditions": [{"name": "not-me",
          "expression": "!authorizer.group('').resource('nodes').check('delete').allowed()"}],
        "validations": [{"expression": "false"}]
        """,
        "\"validationActions\": [\"Deny\"]");

    assertThat(map("a", "").statusCode()).isEqualTo(201);
  }

  @Test
  void refusesIfAnExpressionFailsUnlessFailuresAreIgnored() throws Exception {
    policy(
        "\"validations\": [{\"expression\": \"object.spec.none > 1\"}]",
        "\"validationActions\": [\"Deny\"]");

    assertThat(Http.json(map("a", "")).text("message"))
        .endsWith(
            "denied request: expression 'object.spec.none > 1' resulted in error: no such key:"
                + " spec");
  }

  @Test
  void refusesPoliciesThatDoNotCompile() throws Exception {
    var response =
        admin.post(
            POLICIES,
            """
            {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy",
             "metadata": {"name": "bad"}, "spec": {"matchConstraints": {"resourceRules": [{
               "apiGroups": [""], "apiVersions": ["v1"], "resources": ["pods"],
               "operations": ["CREATE"]}]}, "validations": [{"expression": "object.x + "},
               {"expression": "1"}]}}
            """);

    assertThat(response.statusCode()).isEqualTo(422);
    assertThat(Http.json(response).text("message"))
        .contains(
            "spec.validations[0].expression: Invalid value: \"object.x + \": compilation failed:")
        .contains(
            "spec.validations[1].expression: Invalid value: \"1\": must evaluate to bool but got"
                + " int");
  }

  @Test
  void guardsDeletions() throws Exception {
    assertThat(map("kept", "").statusCode()).isEqualTo(201);
    policy(
        """
        "validations": [{"expression":
          "request.operation != 'DELETE' || oldObject.metadata.name != 'kept'"}]
        """,
        "\"validationActions\": [\"Deny\"]");

    assertThat(delete(MAPS + "/kept").statusCode()).isEqualTo(422);
  }

  @Test
  void measuresWhatIsRefused() throws Exception {
    policy(
        """
        "failurePolicy": "Ignore", "validations": [{"expression": "object.data.x == 'y'"},
          {"expression": "object.none == 1"}, {"expression": "true"}]
        """,
        "\"validationActions\": [\"Warn\", \"Audit\"]");

    assertThat(map("a", "\"x\": \"1\"").statusCode()).isEqualTo(201);

    var metrics = new String(admin.get("/metrics").body(), StandardCharsets.UTF_8);
    var labels =
        "apiserver_validating_admission_policy_check_total{enforcement_action=\"%s\","
            + "error_type=\"%s\",policy=\"p\",policy_binding=\"b\"} 1.0\n";
    assertThat(metrics)
        .contains(labels.formatted("warn", "invalid_error"))
        .contains(labels.formatted("audit", "invalid_error"))
        .contains(labels.formatted("allow", "invalid_error"))
        .doesNotContain("error_type=\"no_error\",policy=\"p\"")
        .contains("apiserver_validating_admission_policy_check_duration_seconds_bucket{");
  }

  @Test
  void showsObjectsInTheVersionThatWasAskedIn() throws Exception {
    created(
        POLICIES,
        """
        {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy",
         "metadata": {"name": "p"}, "spec": {"matchConstraints": {"resourceRules": [{
           "apiGroups": ["autoscaling"], "apiVersions": ["*"],
           "resources": ["horizontalpodautoscalers"], "operations": ["CREATE"]}]},
          "validations": [{"expression": "false", "messageExpression":
            "object.apiVersion + ' ' + request.resource.version + ' ' +\
         request.requestKind.version"}]}}
        """);
    created(
        BINDINGS,
        """
        {"apiVersion": "admissionregistration.k8s.io/v1",
         "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": "b"},
         "spec": {"policyName": "p", "validationActions": ["Deny"]}}
        """);

    for (var version : List.of("v1", "v2")) {
      var refused =
          admin.post(
              "/apis/autoscaling/" + version + "/namespaces/default/horizontalpodautoscalers",
              """
              {"apiVersion": "autoscaling/%s", "kind": "HorizontalPodAutoscaler",
               "metadata": {"name": "a"}, "spec": {"maxReplicas": 3, "scaleTargetRef":
                 {"apiVersion": "apps/v1", "kind": "Deployment", "name": "d"}}}
              """
                  .formatted(version));
      assertThat(Http.json(refused).text("message"))
          .endsWith("denied request: autoscaling/%1$s %1$s %1$s".formatted(version));
    }
  }

  @Test
  void needsTheKindOfItsParameters() throws Exception {
    policy(
        """
        "paramKind": {"apiVersion": "v1", "kind": "Nothing"},
        "validations": [{"expression": "true"}]
        """,
        "\"validationActions\": [\"Deny\"]");

    assertThat(Http.json(map("a", "")).text("message"))
        .endsWith(
            "ValidatingAdmissionPolicy 'p' denied request: failed to configure policy: failed to"
                + " find resource referenced by paramKind: '/v1, Kind=Nothing'");
  }

  private void mutation(String mutations) throws IOException, InterruptedException {
    var group = "/apis/admissionregistration.k8s.io/v1/";
    created(
        group + "mutatingadmissionpolicies",
        """
        {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingAdmissionPolicy",
         "metadata": {"name": "m"}, "spec": {"reinvocationPolicy": "Never", "matchConstraints":
           {"resourceRules": [{"apiGroups": [""], "apiVersions": ["v1"],
             "resources": ["configmaps"], "operations": ["CREATE"]}]}, "mutations": [%s]}}
        """
            .formatted(mutations));
    created(
        group + "mutatingadmissionpolicybindings",
        """
        {"apiVersion": "admissionregistration.k8s.io/v1",
         "kind": "MutatingAdmissionPolicyBinding", "metadata": {"name": "mb"},
         "spec": {"policyName": "m"}}
        """);
  }

  @Test
  void changesObjectsByApplyConfigurationAndByPatch() throws Exception {
    mutation(
        """
               {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression":
                 "Object{metadata: Object.metadata{labels: {'team': 'a'}}, data: {'added': 'yes'}}"}},
               {"patchType": "JSONPatch", "jsonPatch": {"expression":
                 "[JSONPatch{op: 'add', path: '/metadata/labels/' +\
        jsonpatch.escapeKey('example.com/x'), value: 'y'}]"}}
        """);

    var made = Http.json(map("a", "\"x\": \"1\""));

    assertThat(made.text("message")).isEmpty();
    assertThat(made.object("data").fields()).containsOnlyKeys("x", "added");
    assertThat(made.object("metadata").object("labels").fields())
        .containsOnlyKeys("team", "example.com/x");
  }

  @Test
  void refusesMutationsWithObjectsOfTheWrongName() throws Exception {
    mutation(
        """
        {"patchType": "ApplyConfiguration", "applyConfiguration": {"expression":
          "Object{metadata: Object.spec{labels: {'team': 'a'}}}"}}
        """);

    assertThat(Http.json(map("a", "")).text("message"))
        .startsWith("policy 'm' with binding 'mb' denied request: type mismatch: unexpected type");
  }

  /// The shape of Gateway API's policy against downgrades: it compares annotations of definitions.
  @Test
  void refusesDowngradesOfDefinitions() throws Exception {
    created(
        POLICIES,
        """
        {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy",
         "metadata": {"name": "safe-upgrades"}, "spec": {"failurePolicy": "Fail",
          "matchConstraints": {"resourceRules": [{"apiGroups": ["apiextensions.k8s.io"],
           "apiVersions": ["v1"], "resources": ["customresourcedefinitions"],
           "operations": ["CREATE", "UPDATE"]}]},
          "validations": [{"expression": "object.spec.group != 'gateway.example.com' ||\
         (has(object.metadata.annotations) && object.metadata.annotations.exists(k,\
         k == 'bundle-version') && !matches(object.metadata.annotations['bundle-version'],\
         'v1.[0-3].\\\\\\\\d+'))", "message": "too old", "reason": "Invalid"}]}}
        """);
    created(
        BINDINGS,
        """
        {"apiVersion": "admissionregistration.k8s.io/v1",
         "kind": "ValidatingAdmissionPolicyBinding", "metadata": {"name": "safe-upgrades"},
         "spec": {"policyName": "safe-upgrades", "validationActions": ["Deny"],
          "matchResources": {"matchPolicy": "Equivalent", "namespaceSelector": {},
            "objectSelector": {}}}}
        """);

    assertThat(definition("v1.4.0").statusCode()).isEqualTo(201);
    var refused = definition("v1.2.1");

    assertThat(Http.json(refused).text("message"))
        .endsWith(
            "ValidatingAdmissionPolicy 'safe-upgrades' with binding 'safe-upgrades' denied request:"
                + " too old");
  }

  private HttpResponse<byte[]> definition(String version) throws IOException, InterruptedException {
    var plural = "things" + version.replace('.', 'x');
    return admin.post(
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
        """
        {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
         "metadata": {"name": "%1$s.gateway.example.com", "annotations": {"bundle-version": "%2$s"}},
         "spec": {"group": "gateway.example.com", "scope": "Namespaced",
          "names": {"plural": "%1$s", "kind": "Thing%3$s"},
          "versions": [{"name": "v1", "served": true, "storage": true,
           "schema": {"openAPIV3Schema": {"type": "object"}}}]}}
        """
            .formatted(plural, version, plural));
  }
}
