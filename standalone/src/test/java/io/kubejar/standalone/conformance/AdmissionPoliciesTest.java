package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;
import java.util.Locale;

/// Admission policies at work, each bound to the test's own namespace.
final class AdmissionPoliciesTest {
  private static final String VALIDATING =
      "[sig-api-machinery] ValidatingAdmissionPolicy [Privileged:ClusterAdmin] ";
  private static final String MUTATING =
      "[sig-api-machinery] MutatingAdmissionPolicy [Privileged:ClusterAdmin] ";
  private static final String POLICIES = "/apis/admissionregistration.k8s.io/v1/";

  @Conformance(VALIDATING + "should validate against a Deployment")
  void refuseWhatTheirExpressionsForbid(Api api) throws Exception {
    validating(
        api,
        """
          validations:
          - expression: "object.spec.replicas > 1"
            messageExpression: "'wants replicas > 1, got ' + object.spec.replicas"
          - expression: "namespaceObject.metadata.name == '%s'"
            message: Internal error! Other namespace should not be allowed.
        """
            .formatted(api.namespace()));

    awaitRefusal(api);
    create(api, "Deployment", "replicated", 2).expect(201);
    create(api, "ReplicaSet", "non-replicated", 1).expect(201);
  }

  @Conformance(VALIDATING + "should allow expressions to refer variables.")
  void knowTheirVariables(Api api) throws Exception {
    validating(
        api,
        """
          variables:
          - {name: replicas, expression: object.spec.replicas}
          - {name: oddReplicas, expression: variables.replicas % 2 == 1}
          validations:
          - {expression: variables.replicas > 1}
          - {expression: variables.oddReplicas}
        """);

    awaitRefusal(api);
    create(api, "Deployment", "replicated", 3).expect(201);
    create(api, "ReplicaSet", "non-replicated", 1).expect(201);
  }

  @Conformance(MUTATING + "should mutate a Deployment")
  void changeWhatTheirExpressionsSay(Api api) throws Exception {
    mutating(api, "Object{spec: Object.spec{replicas: 5}}");

    int attempt = 0;
    while (!text(mutable(api, attempt), "spec.replicas").equals("5")) {
      attempt++;
    }
  }

  @Conformance(MUTATING + "should mutate a Deployment with annotations")
  void addAnnotations(Api api) throws Exception {
    mutating(
        api,
        "Object{metadata: Object.metadata{annotations: {\"mutated-by\": \"admission-policy\"}}}");

    int attempt = 0;
    while (!text(mutable(api, attempt), "metadata.annotations.mutated-by")
        .equals("admission-policy")) {
      attempt++;
    }
  }

  private static JsonObject mutable(Api api, int attempt) throws Exception {
    return create(api, "Deployment", "deployment-" + attempt, 2).expect(201);
  }

  private static void validating(Api api, String rest) throws Exception {
    policy(api, "Validating", "validationActions: [Deny]", rest);
  }

  private static void mutating(Api api, String expression) throws Exception {
    policy(
        api,
        "Mutating",
        "matchResources: {}",
        """
          reinvocationPolicy: Never
          mutations:
          - patchType: ApplyConfiguration
            applyConfiguration: {expression: '%s'}
        """
            .formatted(expression));
  }

  private static void policy(Api api, String sort, String binding, String rest) throws Exception {
    var resource = POLICIES + sort.toLowerCase(Locale.ROOT) + "admissionpolicies";
    api.create(
        resource,
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: %sAdmissionPolicy
        metadata: {name: %s.policy.example.com}
        spec:
          matchConstraints:
            namespaceSelector: {matchLabels: {test: %s}}
            resourceRules:
            - operations: [CREATE, UPDATE]
              apiGroups: [apps]
              apiVersions: [v1]
              resources: [deployments]
        """
                .formatted(sort, api.suffix(), api.namespace())
            + rest);
    api.create(
        resource.replace("policies", "policybindings"),
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: %1$sAdmissionPolicyBinding
        metadata: {name: %2$s.binding.example.com}
        spec:
          policyName: %2$s.policy.example.com
          %3$s
        """
            .formatted(sort, api.suffix(), binding));
  }

  /// Upstream too makes markers until the policy is known.
  private static void awaitRefusal(Api api) throws Exception {
    int attempt = 0;
    var answer = create(api, "Deployment", "marker-" + attempt, 1);
    while (answer.code() == 201) {
      attempt++;
      answer = create(api, "Deployment", "marker-" + attempt, 1);
    }
    Api.assertRefused(answer, 422, "Invalid");
    assertThat(answer.json().text("message")).contains(api.suffix() + ".policy.example.com");
  }

  private static Answer create(Api api, String kind, String name, int replicas) throws Exception {
    var resource = kind.equals("Deployment") ? "deployments" : "replicasets";
    return api.post(
        api.path("apps/v1", resource),
        """
        apiVersion: apps/v1
        kind: %s
        metadata: {name: %s, labels: {app: nginx}}
        spec:
          replicas: %d
          selector: {matchLabels: {app: nginx}}
          template:
            metadata: {labels: {app: nginx}}
            spec: {containers: [{name: nginx, image: "nginx:latest"}]}
        """
            .formatted(kind, name, replicas));
  }
}
