package io.kubejar.apimachinery.structural;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Rules that always fail and say what they were asked.
class RuleWalkTest {
  private static final long BUDGET = 100;

  private static final StructuralSchema SCHEMA =
      StructuralSchemaTest.schema(
          """
          type: object
          x-kubernetes-validations: [{rule: root}]
          properties:
            kept: {type: string, x-kubernetes-validations: [{rule: kept}]}
            plain: {type: string}
            ports:
              type: array
              x-kubernetes-list-type: map
              x-kubernetes-list-map-keys: [port]
              items:
                type: object
                x-kubernetes-validations: [{rule: port}]
                properties: {port: {type: integer}, name: {type: string}}
            words:
              type: array
              items: {type: string, x-kubernetes-validations: [{rule: word}]}
            map:
              type: object
              additionalProperties: {type: string, x-kubernetes-validations: [{rule: value}]}
          """);

  private static NodeRules.Outcome run(String value, @Nullable String old, long cost) {
    var walk =
        RuleWalk.of(
            SCHEMA,
            true,
            (schema, root) ->
                call -> {
                  var text =
                      schema.rules().getFirst().rule()
                          + (root ? " (root)" : "")
                          + (call.oldSelf() == null ? "" : " was " + call.oldSelf());
                  var error = List.of(FieldError.forbidden(call.path().text(), text));
                  boolean forgiven = call.unchanged().getAsBoolean();
                  return new NodeRules.Outcome(
                      forgiven ? List.of() : error,
                      forgiven ? error : List.of(),
                      call.budget() - cost);
                });
    var now = Yaml.parse(value);
    var before = old == null ? null : Yaml.parse(old);
    var correlation = before == null ? null : Correlation.of(now, before, SCHEMA);
    return walk.orElseThrow().run(FieldPath.root(), now, before, correlation, BUDGET);
  }

  @Test
  void aSchemaWithoutRulesHasNoWalk() {
    var plain = StructuralSchemaTest.schema("{type: object, properties: {a: {type: string}}}");

    assertThat(RuleWalk.of(plain, true, (schema, root) -> fail("no rules"))).isEmpty();
  }

  @Test
  void runsTheRulesOfANodeBeforeThoseInside() {
    var outcome =
        run("{kept: a, plain: b, ports: [{port: 1}], words: [x, null], map: {k: v}}", null, 1);

    assertThat(outcome.errors().stream().map(FieldError::text))
        .containsExactly(
            "<nil>: Forbidden: root (root)",
            "kept: Forbidden: kept",
            "ports[0]: Forbidden: port",
            "words[0]: Forbidden: word",
            "map[k]: Forbidden: value");
    assertThat(outcome.budgetLeft()).isEqualTo(BUDGET - 5);
  }

  @Test
  void theOldValueFollowsNamesAndKeysButNotPositions() {
    var outcome =
        run(
            "{kept: a, ports: [{port: 2, name: x}, {port: 1}], words: [x], map: {k: v}}",
            "{kept: b, ports: [{port: 1, name: z}, {port: 2}], words: [x], map: {k: w}}",
            1);

    assertThat(outcome.errors().stream().map(FieldError::text))
        .endsWith(
            "kept: Forbidden: kept was \"b\"",
            "ports[0]: Forbidden: port was {\"port\":2}",
            "ports[1]: Forbidden: port was {\"port\":1,\"name\":\"z\"}",
            "map[k]: Forbidden: value was \"w\"");
  }

  @Test
  void whatHasNotChangedIsForgiven() {
    var outcome =
        run(
            "{kept: a, ports: [{port: 1}, {port: 2}], words: [x], map: {k: v, l: w}}",
            "{kept: a, ports: [{port: 2}], words: [x], map: {k: v, l: x}}",
            1);

    assertThat(outcome.warnings().stream().map(FieldError::field))
        .containsExactly("kept", "ports[1]", "words[0]", "map[k]");
    assertThat(outcome.errors().stream().map(FieldError::field))
        .containsExactly("<nil>", "ports[0]", "map[l]");
  }

  @Test
  void stopsWhenTheBudgetIsSpent() {
    var outcome = run("{kept: a, words: [w, x, z]}", null, 60);

    assertThat(outcome.errors()).hasSize(2);
    assertThat(outcome.budgetLeft()).isNegative();
  }
}
