package io.kubejar.apimachinery.cel.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.structural.Correlation;
import io.kubejar.apimachinery.structural.NodeRules;
import io.kubejar.apimachinery.structural.RuleLanguage;
import io.kubejar.apimachinery.structural.RuleWalk;
import io.kubejar.apimachinery.structural.StructuralSchema;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CustomResourceRulesTest {
  private static final CustomResourceRules RULES = new CustomResourceRules();

  private static StructuralSchema schema(String rules, String properties) {
    return StructuralSchema.parse(
        (JsonObject)
            JsonParser.parse(
                """
                {"type": "object", "properties": {"spec": {"type": "object",
                 "x-kubernetes-validations": [%s], "properties": {%s}}}}
                """
                    .formatted(rules, properties)));
  }

  private static List<String> errors(
      StructuralSchema schema, String object, @Nullable String oldObject) {
    return run(schema, object, oldObject).errors().stream().map(FieldError::text).toList();
  }

  private static NodeRules.Outcome run(
      StructuralSchema schema, String object, @Nullable String oldObject) {
    var value = JsonParser.parse(object);
    @Nullable JsonValue old = oldObject == null ? null : JsonParser.parse(oldObject);
    var correlation = old == null ? null : Correlation.of(value, old, schema);
    return RuleWalk.of(schema, true, RULES)
        .orElseThrow()
        .run(FieldPath.root(), value, old, correlation, CustomResourceRules.BUDGET);
  }

  @Test
  void refusesWithTheRulesMessageReasonAndField() {
    var schema =
        schema(
            """
            {"rule": "self.min <= self.max", "message": " min over max "},
            {"rule": "self.min > 0", "messageExpression": "'min is ' + string(self.min)",
             "reason": "FieldValueForbidden", "fieldPath": ".min"},
            {"rule": "self.max < 10"}
            """,
            "\"min\": {\"type\": \"integer\"}, \"max\": {\"type\": \"integer\"}");

    assertThat(errors(schema, "{\"spec\": {\"min\": -1, \"max\": -2}}", null))
        .containsExactly("spec: Invalid value: min over max", "spec.min: Forbidden: min is -1");
    assertThat(errors(schema, "{\"spec\": {\"min\": 1, \"max\": 11}}", null))
        .containsExactly("spec: Invalid value: failed rule: self.max < 10");
  }

  @Test
  void comparesWithWhatWasThereBefore() {
    var schema =
        schema(
            "{\"rule\": \"self.name == oldSelf.name\", \"message\": \"is immutable\"}",
            "\"name\": {\"type\": \"string\"}");

    assertThat(errors(schema, "{\"spec\": {\"name\": \"a\"}}", null)).isEmpty();
    assertThat(errors(schema, "{\"spec\": {\"name\": \"a\"}}", "{\"spec\": {\"name\": \"a\"}}"))
        .isEmpty();
    assertThat(errors(schema, "{\"spec\": {\"name\": \"b\"}}", "{\"spec\": {\"name\": \"a\"}}"))
        .containsExactly("spec: Invalid value: is immutable");
  }

  @Test
  void asksRulesWithOptionalOldSelfOnCreateToo() {
    var schema =
        schema(
            """
            {"rule": "oldSelf.hasValue() || self.replicas == 1", "optionalOldSelf": true,
             "message": "begins with one"}
            """,
            "\"replicas\": {\"type\": \"integer\"}");

    assertThat(errors(schema, "{\"spec\": {\"replicas\": 2}}", null))
        .containsExactly("spec: Invalid value: begins with one");
    assertThat(errors(schema, "{\"spec\": {\"replicas\": 3}}", "{\"spec\": {\"replicas\": 1}}"))
        .isEmpty();
  }

  @Test
  void onlyWarnsAboutWhatHasNotChanged() {
    var schema = schema("{\"rule\": \"self.n > 5\"}", "\"n\": {\"type\": \"integer\"}");

    var outcome = run(schema, "{\"spec\": {\"n\": 1}}", "{\"spec\": {\"n\": 1}}");

    assertThat(outcome.errors()).isEmpty();
    assertThat(outcome.warnings()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      value = {
        "self.set == ['b', 'a'] => true",
        "self.set + ['c', 'a'] == ['a', 'b', 'c'] => true",
        "self.items[0].v == '1' && self.items + [] == self.items => true",
        "self.a__dash__b == 1 && self.__namespace__ == 'x' => true",
        "self.namespace == 'x' && has(self.namespace) => true",
        "has(self.absent) || has(self.nothing) => false",
        "type(self.port) == int && self.port == 80 => true",
        "self.when < timestamp('2030-01-01T00:00:00Z') => true",
        "self.wait == duration('90s') && self.data == b'hi' => true",
        "self.labels.all(k, k.startsWith('app')) && self.labels['app'] == 'x' => true",
        "self.half == 1.0 => true",
      })
  void seesValuesAsTheSchemaMeansThem(String rule, boolean holds) {
    var schema =
        schema(
            "{\"rule\": \"%s\"}".formatted(rule),
            """
            "set": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
            "items": {"type": "array", "x-kubernetes-list-type": "map",
              "x-kubernetes-list-map-keys": ["k"], "items": {"type": "object", "properties": {
                "k": {"type": "string"}, "v": {"type": "string"}}}},
            "a-b": {"type": "integer"}, "namespace": {"type": "string"},
            "absent": {"type": "string"}, "nothing": {"type": "string", "nullable": true},
            "port": {"x-kubernetes-int-or-string": true},
            "when": {"type": "string", "format": "date-time"},
            "wait": {"type": "string", "format": "duration"},
            "data": {"type": "string", "format": "byte"},
            "labels": {"type": "object", "additionalProperties": {"type": "string"}},
            "half": {"type": "number"}
            """);
    var object =
        """
        {"spec": {"set": ["a", "b"], "items": [{"k": "x", "v": "1"}], "a-b": 1, "namespace": "x",
         "nothing": null, "port": 80, "when": "2024-01-01T00:00:00Z", "wait": "1m30s",
         "data": "aGk=", "labels": {"app": "x"}, "half": 1}}
        """;

    assertThat(errors(schema, object, null).isEmpty()).isEqualTo(holds);
  }

  @Test
  void stopsAtTheBudgetOfTheWholeObject() {
    var schema =
        schema(
            """
            {"rule": "self.list.all(x, self.list.all(y, x == y || x != y))"},
            {"rule": "false"}
            """,
            "\"list\": {\"type\": \"array\", \"items\": {\"type\": \"integer\"}}");
    var list = String.join(",", java.util.Collections.nCopies(2000, "1"));

    assertThat(errors(schema, "{\"spec\": {\"list\": [" + list + "]}}", null))
        .singleElement()
        .asString()
        .startsWith(
            "spec: Invalid value: \"object\": 'operation cancelled: actual cost limit exceeded': no"
                + " further validation rules will be run due to call cost exceeds limit for rule:"
                + " ");
  }

  private static List<String> check(StructuralSchema whole) {
    var root = new RuleLanguage.Node(null, FieldPath.of("openAPIV3Schema"), whole, null);
    var spec = java.util.Objects.requireNonNull(whole.properties().get("spec"));
    var node =
        new RuleLanguage.Node(
            root, FieldPath.of("openAPIV3Schema", "properties").key("spec"), spec, null);
    return RULES
        .check(
            new RuleLanguage.Request(
                FieldPath.of("openAPIV3Schema"), List.of(node), Set.of(), Set.of(), false))
        .stream()
        .map(FieldError::text)
        .toList();
  }

  @Test
  void refusesRulesThatDoNotCompile() {
    var schema =
        schema(
            "{\"rule\": \"self.nope\"}, {\"rule\": \"'text'\"}, {\"rule\": \"true\","
                + " \"optionalOldSelf\": true}",
            "\"n\": {\"type\": \"integer\"}");

    assertThat(check(schema))
        .satisfiesExactly(
            error ->
                assertThat(error)
                    .contains("x-kubernetes-validations[0].rule: Invalid value: ")
                    .contains("compilation failed: ERROR: <input>:1:5: undefined field 'nope'"),
            error -> assertThat(error).endsWith("cel expression must evaluate to a bool"),
            error ->
                assertThat(error)
                    .contains("[2].optionalOldSelf: Invalid value: true")
                    .endsWith("may not be set if oldSelf is not used in rule"));
  }

  @Test
  void refusesRulesThatCouldCostTooMuch() {
    var schema =
        schema(
            "{\"rule\": \"self.list.all(x, self.list.all(y, x == y))\"}",
            "\"list\": {\"type\": \"array\", \"items\": {\"type\": \"string\"}}");

    assertThat(check(schema))
        .element(0)
        .asString()
        .contains(
            "[0].rule: Forbidden: estimated rule cost exceeds budget by factor of more than 100x");
    assertThat(check(schema))
        .element(2)
        .asString()
        .startsWith(
            "openAPIV3Schema: Forbidden: x-kubernetes-validations estimated rule cost total for"
                + " entire OpenAPIv3 schema exceeds budget by factor of more than 100x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '`',
      value = {
        "self.n == 1 => 2",
        "self.text.startsWith('ab') => 3",
        "self.text == 'abc' => 3",
        "self.list.all(x, x > 0) => 53",
        "self.list.map(x, x + 1).size() > 2 => 155",
      })
  void estimatesAsUpstreamDoes(String rule, long cost) throws Exception {
    var schema =
        StructuralSchema.parse(
            (JsonObject)
                JsonParser.parse(
                    """
                    {"type": "object", "properties": {"n": {"type": "integer"},
                     "text": {"type": "string", "maxLength": 10},
                     "list": {"type": "array", "maxItems": 10, "items": {"type": "integer"}}}}
                    """));
    var type = SchemaTypes.of(schema, false).orElseThrow();

    var expression =
        io.kubejar.apimachinery.cel.Environments.base()
            .with("self", type.named("selfType"))
            .compile(rule, io.kubejar.apimachinery.cel.type.Scalar.BOOL);

    assertThat(expression.maxCost(type)).isEqualTo(cost);
  }
}
