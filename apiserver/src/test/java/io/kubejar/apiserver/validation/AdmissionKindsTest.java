package io.kubejar.apiserver.validation;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.api.BuiltInResources;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.patch.MergePatch;
import io.kubejar.apiserver.defaulting.Defaults;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Webhooks and policies, written as YAML; a variant is given as a merge patch.
class AdmissionKindsTest {
  private static final String RULES =
      "[{operations: [CREATE], apiGroups: [''], apiVersions: [v1], resources: [pods]}]";
  private static final String VALIDATING =
      """
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicy
      metadata: {name: policy.example.com}
      spec:
        matchConstraints: {resourceRules: %s}
        variables: [{name: name, expression: object.metadata.name}]
        validations: [{expression: variables.name != 'x', messageExpression: "'no ' + variables.name"}]
      """
          .formatted(RULES);
  private static final String MUTATING =
      """
      apiVersion: admissionregistration.k8s.io/v1
      kind: MutatingAdmissionPolicy
      metadata: {name: policy.example.com}
      spec:
        matchConstraints: {resourceRules: %s}
        reinvocationPolicy: Never
        variables: [{name: one, expression: '1'}]
        mutations:
        - patchType: ApplyConfiguration
          applyConfiguration: {expression: 'Object{spec: Object.spec{replicas: variables.one}}'}
        - patchType: JSONPatch
          jsonPatch: {expression: '[JSONPatch{op: "remove", path: "/a/" + jsonpatch.escapeKey("b/c")}]'}
      """
          .formatted(RULES);
  private static final String BINDING =
      """
      apiVersion: admissionregistration.k8s.io/v1
      kind: MutatingAdmissionPolicyBinding
      metadata: {name: binding}
      spec: {policyName: policy.example.com}
      """;
  private static final String WEBHOOKS =
      """
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingWebhookConfiguration
      metadata: {name: hooks}
      webhooks:
      - name: a.example.com
        clientConfig: {url: https://example.com}
        admissionReviewVersions: [v1]
        sideEffects: None
        rules: %s
      """
          .formatted(RULES);

  private static KubernetesObject object(JsonObject tree) {
    var kind = GroupVersionKind.parse(tree.text("apiVersion"), tree.text("kind"));
    return Defaults.of(read(BuiltInResources.find(kind).orElseThrow(), tree));
  }

  private static <T extends KubernetesObject> T read(ResourceType<T> type, JsonValue tree) {
    return type.codec().fromTree(tree);
  }

  private static KubernetesObject patched(String yaml, String patch) {
    return object(MergePatch.apply((JsonObject) Yaml.parse(yaml), Yaml.parse(patch)));
  }

  private static List<String> created(String yaml, String patch) {
    return Validation.create(patched(yaml, patch)).stream()
        .map(error -> error.field() + ": " + error.detail())
        .toList();
  }

  private static List<String> updated(String yaml, String before, String patch) {
    return Validation.update(patched(yaml, patch), patched(yaml, before)).stream()
        .map(error -> error.field() + ": " + error.detail())
        .toList();
  }

  private static void assertOnly(List<String> errors, String expected) {
    if (expected == null) {
      assertThat(errors).isEmpty();
    } else {
      assertThat(errors).singleElement().asString().startsWith(expected);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|",
        "{spec: {paramKind: {apiVersion: a/b/c, kind: Limit}}}|spec.paramKind.apiVersion: Invalid"
            + " value: \"a/b/c\": unexpected GroupVersion string: a/b/c",
        "{spec: {paramKind: {apiVersion: v1, kind: Bad_Kind}}}|spec.paramKind.kind: Invalid value:"
            + " \"Bad_Kind\": may have mixed case, but should otherwise match: a DNS-1035 label",
        "{spec: {matchConstraints: {resourceRules: []}}}"
            + "|spec.matchConstraints.resourceRules: Required value",
        "{spec: {matchConstraints: {matchPolicy: Other}}}"
            + "|spec.matchConstraints.matchPolicy: Unsupported value: \"Other\": supported values:"
            + " \"Equivalent\", \"Exact\"",
        "{spec: {matchConstraints: {excludeResourceRules: [{operations: [CREATE], apiGroups: ['*'],"
            + " apiVersions: ['*'], resources: ['*'], resourceNames: [a, a]}]}}}"
            + "|spec.matchConstraints.excludeResourceRules[0].resourceNames[1]: Duplicate value:"
            + " \"a\"",
        "{spec: {matchConditions: [{name: a, expression: ' 1 '}]}}"
            + "|spec.matchConditions[0].expression: Invalid value: \"1\": must evaluate to bool but"
            + " got int",
        "{spec: {matchConditions: [{name: a, expression: variables.name == 'a'}]}}"
            + "|spec.matchConditions[0].expression: Invalid value: \"variables.name == 'a'\":"
            + " compilation failed: ERROR: <input>:1:1: undeclared reference to 'variables'",
        "{spec: {variables: [{name: namespace, expression: '1'}], validations: [{expression:"
            + " 'true'}]}}|spec.variables[0].name: Invalid value: \"namespace\": must be a"
            + " valid CEL identifier",
        "{spec: {variables: [{name: a, expression: params.x}], validations: [{expression:"
            + " 'true'}]}}|spec.variables[0].expression: Invalid value: \"params.x\": compilation"
            + " failed: ERROR: <input>:1:1: undeclared reference to 'params'",
        "{spec: {variables: [{name: a, expression: ' '}], validations: [{expression: 'true'}]}}"
            + "|spec.variables[0].expression: Required value: expression is not specified",
        "{spec: {validations: [{expression: '  '}]}}"
            + "|spec.validations[0].expression: Required value: expression is not specified",
        "{spec: {validations: [{expression: '  object.x +'}]}}|spec.validations[0].expression:"
            + " Invalid value: \"  object.x +\": compilation failed: ERROR: <input>:1:13: Syntax"
            + " error: mismatched input '<EOF>'",
        "{spec: {validations: [{expression: 'true', messageExpression: ' '}]}}"
            + "|spec.validations[0].messageExpression: Invalid value: \" \": must be non-empty if"
            + " specified",
        "{spec: {validations: [{expression: 'true', messageExpression: '1'}]}}"
            + "|spec.validations[0].messageExpression: Invalid value: \"1\": must evaluate to"
            + " string but got int",
        "{spec: {validations: [{expression: 'true', messageExpression: string(authorizer)}]}}"
            + "|spec.validations[0].messageExpression: Invalid value: \"string(authorizer)\":"
            + " compilation failed: ERROR: <input>:1:8: undeclared reference to 'authorizer'",
        "{spec: {validations: [{expression: 'true', reason: Gone}]}}"
            + "|spec.validations[0].reason: Unsupported value: \"Gone\"",
        "{spec: {auditAnnotations: [{key: a, valueExpression:"
            + " '1'}]}}|spec.auditAnnotations[0].valueExpression: Invalid value: \"1\": must"
            + " evaluate to one of [string null_type] but got int",
        "{spec: {auditAnnotations: [{key: a, valueExpression: 'null'}, {key: a, valueExpression:"
            + " 'null'}]}}|spec.auditAnnotations[1].key: Duplicate value: \"a\"",
      })
  void checksValidatingPolicies(String patch, String expected) {
    assertOnly(created(VALIDATING, patch), expected);
  }

  @Test
  void validatingPoliciesSaySomething() {
    var detail = ": Required value: validations or auditAnnotations must contain at least one item";

    assertThat(created(VALIDATING, "{spec: {validations: []}}"))
        .containsExactly("spec.validations" + detail, "spec.auditAnnotations" + detail);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|",
        "{spec: {reinvocationPolicy: null}}|spec.reinvocationPolicy: Required value",
        "{spec: {reinvocationPolicy: Often}}|spec.reinvocationPolicy: Unsupported value: \"Often\":"
            + " supported values: \"IfNeeded\", \"Never\"",
        "{spec: {mutations: []}}"
            + "|spec.mutations: Required value: mutations must contain at least one item",
        "{spec: {mutations: [{patchType: Other}]}}|spec.mutations[0].patchType: Unsupported value:"
            + " \"Other\": supported values: \"ApplyConfiguration\", \"JSONPatch\"",
        "{spec: {mutations: [{patchType: JSONPatch}]}}|spec.mutations[0].jsonPatch: Required value:"
            + " must be specified when patchType is JSONPatch",
        "{spec: {mutations: [{patchType: JSONPatch, jsonPatch: {expression: ' '}}]}}"
            + "|spec.mutations[0].jsonPatch.expression: Required value",
        "{spec: {mutations: [{patchType: JSONPatch, jsonPatch: {expression: 'Object{}'}}]}}"
            + "|spec.mutations[0].jsonPatch.expression: Invalid value: \"Object{}\": must evaluate"
            + " to list(JSONPatch) but got Object",
        "{spec: {mutations: [{patchType: ApplyConfiguration, applyConfiguration: {expression:"
            + " 'Object{spec: Object.spec{a: b}}'}}]}}"
            + "|spec.mutations[0].applyConfiguration.expression: Invalid value: \"Object{spec:"
            + " Object.spec{a: b}}\": compilation failed: ERROR: <input>:1:29: undeclared reference"
            + " to 'b'",
        "{spec: {matchConstraints: {resourceRules: [{operations: [DELETE], apiGroups: [''],"
            + " apiVersions: [v1], resources: [pods]}]}}}"
            + "|spec.matchConstraints.resourceRules.operations: Unsupported value: \"DELETE\":"
            + " supported values: \"*\", \"CONNECT\", \"CREATE\", \"UPDATE\"",
        "{spec: {matchConditions: [{name: a b, expression: 'true'}]}}"
            + "|spec.matchConditions[0].name: Invalid value: \"a b\": name part must consist",
      })
  void checksMutatingPolicies(String patch, String expected) {
    assertOnly(created(MUTATING, patch), expected);
  }

  @Test
  void mutationsHaveOneForm() {
    var both =
        "{spec: {mutations: [{patchType: JSONPatch, jsonPatch: {expression: '[]'},"
            + " applyConfiguration: {expression: 'Object{}'}}]}}";

    assertThat(created(MUTATING, both))
        .containsExactly(
            "spec.mutations[0].jsonPatch.expression: Invalid value: \"[]\": must evaluate to"
                + " list(JSONPatch) but got list(dyn)",
            "spec.mutations[0].applyConfiguration: Invalid value: \"{applyConfiguration}\": must"
                + " not be specified when patchType is JSONPatch");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|",
        "{spec: {policyName: ''}}|spec.policyName: Required value",
        "{spec: {policyName: A}}|spec.policyName: Invalid value: \"A\": a lowercase RFC 1123",
        "{spec: {paramRef: {name: a}}}|spec.paramRef.parameterNotFoundAction: Required value",
        "{spec: {paramRef: {name: a, parameterNotFoundAction: Ask}}}"
            + "|spec.paramRef.parameterNotFoundAction: Unsupported value: \"Ask\": supported"
            + " values: \"Deny\", \"Allow\"",
        "{spec: {paramRef: {parameterNotFoundAction: Deny}}}|spec.paramRef: Required value: one of"
            + " name or selector must be specified",
        "{spec: {matchResources: {resourceRules: [{operations: [DELETE], apiGroups: [''],"
            + " apiVersions: [v1], resources: [pods]}]}}}"
            + "|spec.matchResources.resourceRules.operations: Unsupported value: \"DELETE\"",
      })
  void checksBindings(String patch, String expected) {
    assertOnly(created(BINDING, patch), expected);
  }

  @Test
  void bindingsNameParametersInOneWay() {
    var both = "{name: a, selector: {}, parameterNotFoundAction: Deny}";

    assertThat(created(BINDING, "{spec: {paramRef: " + both + "}}"))
        .containsExactly(
            "spec.paramRef.name: Forbidden: name and selector are mutually exclusive",
            "spec.paramRef.selector: Forbidden: name and selector are mutually exclusive");
  }

  private static String webhook(String changes) {
    return "{webhooks: [{name: a.example.com, clientConfig: {url: 'https://example.com'},"
        + " admissionReviewVersions: [v1], sideEffects: None, rules: "
        + RULES
        + changes
        + "}]}";
  }

  private static String condition(String expression) {
    return webhook(", matchConditions: [{name: a, expression: \"" + expression + "\"}]");
  }

  @Test
  void compilesTheConditionsOfWebhooks() {
    assertThat(created(WEBHOOKS, condition("request.operation == 'CREATE'"))).isEmpty();
    assertOnly(
        created(WEBHOOKS, condition("...")),
        "webhooks[0].matchConditions[0].expression: Invalid value: \"...\": compilation failed:"
            + " ERROR: <input>:1:2: Syntax error: no viable alternative");
  }

  @Test
  void leavesUntouchedConditionsAlone() {
    var broken = condition("nobody.knows");

    assertThat(updated(WEBHOOKS, broken, broken)).isEmpty();
    assertThat(updated(WEBHOOKS, condition("true"), broken)).hasSize(1);
    assertThat(updated(WEBHOOKS, broken, webhook(""))).isEmpty();

    var policy = "{spec: {matchConditions: [{name: a, expression: nobody}]";
    assertThat(updated(VALIDATING, policy + "}}", policy + ", failurePolicy: Ignore}}")).isEmpty();
    assertThat(
            updated(
                VALIDATING,
                policy + "}}",
                policy + ", paramKind: {apiVersion: v1, kind: ConfigMap}}}"))
        .hasSize(1);
    assertThat(updated(MUTATING, policy + "}}", policy + ", failurePolicy: Ignore}}")).isEmpty();
  }

  @Test
  void oldWebhooksMayStayAsTheyAre() {
    var harmful = webhook(", sideEffects: Some").replace("sideEffects: None, ", "");
    var unknown = webhook("").replace("[v1]", "[v9]");
    var value =
        webhook(", objectSelector: {matchExpressions: [{key: a, operator: In, values: ['b c']}]}");

    for (var old : List.of(harmful, unknown, value)) {
      assertThat(created(WEBHOOKS, old)).hasSize(1);
      assertThat(updated(WEBHOOKS, old, old)).isEmpty();
      assertThat(updated(WEBHOOKS, "{}", old)).hasSize(1);
    }
  }
}
