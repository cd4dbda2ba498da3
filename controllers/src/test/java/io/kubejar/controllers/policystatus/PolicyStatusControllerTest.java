package io.kubejar.controllers.policystatus;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.admissionregistration.v1.ExpressionWarning;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.kubejar.api.admissionregistration.v1.ValidatingAdmissionPolicyStatus;
import io.kubejar.api.apiextensions.v1.CustomResourceDefinition;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.controllers.testing.World;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PolicyStatusControllerTest {
  private static final String DEPLOYMENTS = rule("apps", "deployments");
  private static final String DEFINITION =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: crontabs.example.com}
      spec:
        group: example.com
        scope: Namespaced
        names: {plural: crontabs, kind: CronTab}
        versions:
        - name: v1
          served: true
          storage: true
          schema:
            openAPIV3Schema:
              type: object
              properties: {spec: {type: object, properties: {replicas: {type: integer}}}}
      status: {acceptedNames: {plural: crontabs, kind: CronTab}}
      """;

  private final World world = new World(new PolicyStatusController());

  private static String rule(String group, String resources) {
    return "{apiGroups: ['%s'], apiVersions: [v1], operations: [CREATE], resources: [%s]}"
        .formatted(group, resources);
  }

  private ValidatingAdmissionPolicyStatus status(String rules, String rest) throws Exception {
    var yaml =
        """
        metadata: {name: policy, generation: 1}
        spec:
          matchConstraints: {resourceRules: [%s]}
        """
            .formatted(rules);
    var policy = ValidatingAdmissionPolicy.CODEC.fromTree(Yaml.parse(yaml + rest.indent(2)));
    world.create(ValidatingAdmissionPolicy.RESOURCE, policy);
    world.settle();
    return world.get(ValidatingAdmissionPolicy.RESOURCE, "", "policy").status();
  }

  private List<ExpressionWarning> warnings(String rules, String rest) throws Exception {
    return warnings(status(rules, rest));
  }

  private static List<ExpressionWarning> warnings(ValidatingAdmissionPolicyStatus status) {
    return Objects.requireNonNull(status.typeChecking()).expressionWarnings();
  }

  @Test
  void saysNothingOfGoodExpressions() throws Exception {
    var status =
        status(
            DEPLOYMENTS,
            """
            variables: [{name: spec, expression: object.spec}, {name: count, expression: variables.spec.replicas}]
            validations:
            - expression: variables.count > 1 && object.metadata.namespace != 'x' && !has(oldObject.status)
              messageExpression: "'no ' + object.metadata.name"
            - expression: object.spec.template.spec.containers.all(c, quantity(c.resources.limits['cpu']).isInteger())
            - expression: request.operation == 'CREATE' && namespaceObject.metadata.name == 'a'
            - expression: authorizer.requestResource.check('get').allowed()
            """);

    assertThat(warnings(status)).isEmpty();
    assertThat(status.observedGeneration()).isEqualTo(1);
  }

  @Test
  void namesFieldsThatNoObjectHas() throws Exception {
    assertThat(
            warnings(
                rule("apps", "deployments, replicasets"),
                """
                validations:
                - {expression: "true"}
                - {expression: object.replicas > 1, messageExpression: object.spec.replicas + 'x'}
                """))
        .containsExactly(
            new ExpressionWarning(
                "spec.validations[1].expression",
                """
                apps/v1, Kind=Deployment: ERROR: <input>:1:7: undefined field 'replicas'
                 | object.replicas > 1
                 | ......^

                apps/v1, Kind=ReplicaSet: ERROR: <input>:1:7: undefined field 'replicas'
                 | object.replicas > 1
                 | ......^
                """),
            new ExpressionWarning(
                "spec.validations[1].messageExpression",
                """
                apps/v1, Kind=Deployment: ERROR: <input>:1:22: found no matching overload for '_+_' applied to '(int, string)'
                 | object.spec.replicas + 'x'
                 | .....................^

                apps/v1, Kind=ReplicaSet: ERROR: <input>:1:22: found no matching overload for '_+_' applied to '(int, string)'
                 | object.spec.replicas + 'x'
                 | .....................^
                """));
  }

  @Test
  void knowsTheTypesOfVariables() throws Exception {
    assertThat(
            warnings(
                DEPLOYMENTS,
                """
                variables: [{name: replicas, expression: object.spec.replicas}]
                validations: [{expression: variables.replicas == 'x'}]
                """))
        .singleElement()
        .extracting(ExpressionWarning::warning)
        .asString()
        .contains("found no matching overload for '_==_' applied to '(int, string)'");
  }

  @Test
  void leavesWildcardsAndSubresourcesAlone() throws Exception {
    assertThat(
            warnings(
                rule("*", "deployments") + "," + rule("apps", "'*', deployments/scale, nonsense"),
                "validations: [{expression: object.foo}]\n"))
        .isEmpty();
  }

  @Test
  void checksCustomKinds() throws Exception {
    world.create(
        CustomResourceDefinition.RESOURCE,
        CustomResourceDefinition.CODEC.fromTree(Yaml.parse(DEFINITION)));

    assertThat(
            warnings(
                rule("example.com", "crontabs"),
                """
                validations:
                - expression: object.spec.replicas > 1 && 'a' in object.metadata.labels
                - expression: object.spec.replica > 1
                """))
        .singleElement()
        .isEqualTo(
            new ExpressionWarning(
                "spec.validations[1].expression",
                """
                example.com/v1, Kind=CronTab: ERROR: <input>:1:12: undefined field 'replica'
                 | object.spec.replica > 1
                 | ...........^
                """));
  }

  @Test
  void checksParameters() throws Exception {
    assertThat(
            warnings(
                DEPLOYMENTS,
                """
                paramKind: {apiVersion: v1, kind: ConfigMap}
                validations: [{expression: params.data.max == 'x'}, {expression: params.spec.max == 1}]
                """))
        .singleElement()
        .extracting(ExpressionWarning::fieldRef)
        .isEqualTo("spec.validations[1].expression");
  }

  @Test
  void looksAtEachGenerationOnce() throws Exception {
    status(DEPLOYMENTS, "validations: [{expression: object.foo}]\n");
    var before = world.get(ValidatingAdmissionPolicy.RESOURCE, "", "policy");

    world.change(
        ValidatingAdmissionPolicy.RESOURCE,
        "",
        "policy",
        policy -> policy.withMetadata(policy.metadata().withLabels(Map.of("a", "b"))));
    world.settle();

    var after = world.get(ValidatingAdmissionPolicy.RESOURCE, "", "policy");
    assertThat(after.status()).isEqualTo(before.status());
  }
}
