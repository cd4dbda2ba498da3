package io.kubejar.apimachinery.structural;

import static io.kubejar.apimachinery.structural.StructuralSchemaTest.at;
import static io.kubejar.apimachinery.structural.StructuralSchemaTest.schema;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Defaults in a schema: made harmless, or refused.
class DefaultPruningTest {

  @Test
  void unknownFieldsAreDroppedFromDefaults() {
    var pruned =
        DefaultPruning.prune(
            schema(
                """
                type: object
                properties:
                  a: {type: object, default: {b: 1, c: 2}, properties: {b: {type: integer}}}
                  list:
                    type: array
                    items: {type: object, properties: {d: {type: object, default: {e: 1}}}}
                """));

    assertThat(at(pruned, "a").defaultValue()).isEqualTo(Yaml.parse("{b: 1}"));
    assertThat(at(pruned, "list", "[]", "d").defaultValue()).isEqualTo(Yaml.parse("{}"));
  }

  @Test
  void goodDefaultsStay() {
    var good =
        schema("{type: object, properties: {a: {type: object, default: {}}, b: {type: string}}}");

    assertThat(DefaultPruning.prune(good)).isSameAs(good);
  }

  @Test
  void defaultsInsideMetadataMustMakeGoodMetadata() {
    var schema =
        schema(
            """
            type: object
            properties:
              template:
                type: object
                x-kubernetes-embedded-resource: true
                properties:
                  metadata: {type: object, properties: {name: {type: string, default: BAD}}}
            """);

    var errors =
        DefaultChecks.check(
            schema,
            FieldPath.of("s"),
            (metadata, namespaced, path) ->
                metadata.name().equals("BAD")
                    ? List.of(FieldError.invalid(path.child("name").text(), "BAD", "not good"))
                    : List.of(),
            (node, root) -> call -> new NodeRules.Outcome(List.of(), List.of(), call.budget()),
            true);

    assertThat(errors)
        .extracting(FieldError::text)
        .containsExactly(
            "s.properties[template].properties[metadata].properties[name].default: Invalid value:"
                + " \"BAD\": must result in valid metadata: metadata.name: Invalid value: \"BAD\":"
                + " not good");
  }

  @Test
  void rulesRunOnDefaultsAsNewAndAsOldValues() {
    var schema =
        schema(
            "{type: object, properties: {a: {type: integer, default: 1,"
                + " x-kubernetes-validations: [{rule: x}]}}}");

    var errors =
        DefaultChecks.check(
            schema,
            FieldPath.of("s"),
            (metadata, namespaced, path) -> List.of(),
            (node, root) ->
                call ->
                    new NodeRules.Outcome(
                        call.oldSelf() == null
                            ? List.of(FieldError.invalid(call.path().text(), 1, "new"))
                            : List.of(),
                        List.of(),
                        call.budget()),
            true);

    assertThat(errors)
        .extracting(FieldError::text)
        .containsExactly("s.properties[a].default: Invalid value: 1: new");
  }
}
