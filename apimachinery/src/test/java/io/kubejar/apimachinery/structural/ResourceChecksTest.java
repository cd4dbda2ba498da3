package io.kubejar.apimachinery.structural;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.validation.FieldError;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourceChecksTest {
  private static final StructuralSchema SCHEMA =
      StructuralSchemaTest.schema(
          """
          type: object
          properties:
            spec:
              type: object
              x-kubernetes-validations: [{rule: x}]
              properties:
                size: {type: integer, maximum: 10}
                name: {type: string}
                set: {type: array, x-kubernetes-list-type: set, items: {type: string}}
                ports:
                  type: array
                  x-kubernetes-list-type: map
                  x-kubernetes-list-map-keys: [port]
                  items:
                    type: object
                    properties: {port: {type: integer}, name: {type: string, pattern: ^a}}
                words: {type: array, items: {type: string, pattern: ^a}}
                template: {type: object, x-kubernetes-embedded-resource: true}
            status:
              type: object
              properties: {phase: {type: string, enum: [Ready]}}
          """);

  private static final ResourceChecks CHECKS =
      ResourceChecks.compile(
          SCHEMA,
          (schema, root) ->
              call -> {
                var error = List.of(FieldError.invalid(call.path().text(), "v", "rule"));
                return call.unchanged().getAsBoolean()
                    ? new NodeRules.Outcome(List.of(), error, call.budget())
                    : new NodeRules.Outcome(error, List.of(), call.budget());
              },
          (metadata, namespaced, path) ->
              List.of(
                  FieldError.required(
                      path.child(metadata.name()).text(), namespaced ? "namespaced" : "")));

  private static JsonObject object(String yaml) {
    return (JsonObject) Yaml.parse(yaml);
  }

  private static List<String> create(String spec) {
    return texts(CHECKS.create(object("{spec: " + spec + "}")));
  }

  private static List<String> update(String spec, String old) {
    return texts(CHECKS.update(object("{spec: " + spec + "}"), object("{spec: " + old + "}")));
  }

  private static List<String> texts(ResourceChecks.Verdict verdict) {
    return verdict.errors().stream()
        .map(FieldError::text)
        .filter(text -> !text.equals("spec: Invalid value: \"v\": rule"))
        .filter(text -> !text.contains("some validation rules were not checked"))
        .toList();
  }

  @Test
  void itemsOfSetsAndKeysOfMapsAreDifferent() {
    assertThat(create("{set: [a, b, a, a], ports: [{port: 1}, {name: a}, {port: 1}, {}]}"))
        .containsExactly(
            "spec.set[2]: Duplicate value: \"a\"",
            "spec.ports[2]: Duplicate value: {\"port\":1}",
            "spec.ports[3]: Duplicate value: {}");
  }

  @Test
  void listsThatWereWrongMayStayWrong() {
    assertThat(update("{set: [a, a]}", "{set: [b, b]}")).isEmpty();
    assertThat(update("{set: [a, a]}", "{set: [a]}")).hasSize(1);
  }

  @Test
  void embeddedResourcesAreChecked() {
    assertThat(create("{template: {kind: A_B, metadata: {namespace: test}}}"))
        .containsExactly(
            "spec.template.apiVersion: Required value",
            "spec.template.kind: Invalid value: \"A_B\": may have mixed case, but should otherwise"
                + " match: a DNS-1035 label must consist of lower case alphanumeric characters or"
                + " '-', start with an alphabetic character, and end with an alphanumeric character"
                + " (e.g. 'my-name',  or 'abc-123', regex used for validation is"
                + " '[a-z]([-a-z0-9]*[a-z0-9])?')",
            "spec.template.metadata.fakename: Required value: namespaced");
    assertThat(create("{template: {apiVersion: a/b/c, kind: ''}}"))
        .containsExactly(
            "spec.template.apiVersion: Invalid value: \"a/b/c\": unexpected GroupVersion string:"
                + " a/b/c",
            "spec.template.kind: Invalid value: \"\": must not be empty");
  }

  @Test
  void whatWasWrongBeforeMayStayWrong() {
    assertThat(update("{size: 11, name: b}", "{size: 11, name: a}")).isEmpty();
    assertThat(update("{size: 12}", "{size: 11}"))
        .containsExactly(
            "spec.size: Invalid value: 12: spec.size in body should be less than or equal to 10");
  }

  @Test
  void itemsCorrelateByKeyOrNotAtAll() {
    assertThat(
            update(
                "{ports: [{port: 2, name: b}, {port: 1, name: c}]}",
                "{ports: [{port: 1, name: b}, {port: 2, name: b}]}"))
        .containsExactly(
            "spec.ports[1].name: Invalid value: \"c\": spec.ports[1].name in body should match"
                + " '^a'");
    assertThat(update("{words: [b], size: 1}", "{words: [b]}")).isEmpty();
    assertThat(update("{words: [b, a]}", "{words: [b]}")).hasSize(1);
  }

  @Test
  void rulesRunOnlyOnWellFormedObjects() {
    var verdict = CHECKS.create(object("{spec: {size: x}}"));

    assertThat(verdict.errors())
        .extracting(FieldError::text)
        .endsWith(
            "<nil>: Invalid value: null: some validation rules were not checked because the object"
                + " was invalid; correct the existing errors to complete validation");
    assertThat(CHECKS.create(object("{spec: {size: 20}}")).errors())
        .extracting(FieldError::text)
        .endsWith("spec: Invalid value: \"v\": rule");
  }

  @Test
  void rulesOfUnchangedPartsOnlyWarn() {
    var verdict = CHECKS.update(object("{spec: {size: 1}}"), object("{spec: {size: 1}}"));

    assertThat(verdict.errors()).isEmpty();
    assertThat(verdict.warnings()).containsExactly("spec: Invalid value: \"v\": rule");
  }

  @Test
  void aStatusUpdateChecksTheStatusOnly() {
    var verdict =
        CHECKS.updateStatus(
            object("{spec: {size: 20}, status: {phase: Gone}}"), object("{spec: {size: 20}}"));

    assertThat(texts(verdict).getFirst())
        .isEqualTo("status.phase: Unsupported value: \"Gone\": supported values: \"Ready\"");
    var same = object("{status: {phase: Gone}}");
    assertThat(texts(CHECKS.updateStatus(same, same))).isEmpty();
  }
}
