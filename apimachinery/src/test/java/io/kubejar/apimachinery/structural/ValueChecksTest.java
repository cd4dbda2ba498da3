package io.kubejar.apimachinery.structural;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueChecksTest {

  private static List<String> check(String schema, String value) {
    var checks =
        ValueChecks.compile(
            StructuralSchemaTest.schema("{type: object, properties: {spec: " + schema + "}}"));
    return checks.check(Yaml.parse("{spec: " + value + "}"), FieldPath.root()).stream()
        .map(FieldError::text)
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{type: integer, maximum: 10}|11|Invalid value: 11: spec in body should be less than or"
            + " equal to 10",
        "{type: integer, maximum: 10, exclusiveMaximum: true}|10|Invalid value: 10: spec in body"
            + " should be less than 10",
        "{type: number, minimum: 1.5}|1.25|Invalid value: 1.25: spec in body should be greater than"
            + " or equal to 1.5",
        "{type: number, minimum: 0, exclusiveMinimum: true}|0|Invalid value: 0: spec in body should"
            + " be greater than 0",
        "{type: integer, multipleOf: 5}|12|Invalid value: 12: spec in body should be a multiple of"
            + " 5",
        "{type: number, multipleOf: 0.5}|1.25|Invalid value: 1.25: spec in body should be a"
            + " multiple of 0.5",
        "{type: integer, format: int32}|3000000000|<nil>: Invalid value: \"\": Checked value must"
            + " be of type integer with format int32 in spec",
        "{type: string, maxLength: 2}|abc|Too long: may not be more than 2 bytes",
        "{type: string, minLength: 2}|a|Invalid value: \"a\": spec in body should be at least 2"
            + " chars long",
        "{type: string, pattern: '^a+$'}|b|Invalid value: \"b\": spec in body should match '^a+$'",
        "{type: string, enum: [a, b]}|c|Unsupported value: \"c\": supported values: \"a\", \"b\"",
        "{type: string, nullable: true, enum: [a, null]}|null|Unsupported value: null: supported"
            + " values: \"a\", \"null\"",
        "{type: integer, enum: [1, 2]}|3|Unsupported value: 3: supported values: \"1\", \"2\"",
        "{type: string}|5|Invalid value: \"integer\": spec in body must be of type string:"
            + " \"integer\"",
        "{type: integer}|x|Invalid value: \"string\": spec in body must be of type integer:"
            + " \"string\"",
        "{type: object}|null|Invalid value: \"null\": spec in body must be of type object:"
            + " \"null\"",
        "{type: boolean}|[]|Invalid value: \"array\": spec in body must be of type boolean:"
            + " \"array\"",
        "{x-kubernetes-int-or-string: true}|true|Invalid value: \"boolean\": spec in body must be"
            + " of type integer,string: \"boolean\"",
        "{type: integer, format: int64}|true|Invalid value: \"\": spec in body must be of type"
            + " int64: \"\"",
        "{type: string, format: date}|tomorrow|Invalid value: \"tomorrow\": spec in body must be of"
            + " type date: \"tomorrow\"",
        "{type: array, minItems: 1, items: {type: string}}|[]|Invalid value: 0: spec in body should"
            + " have at least 1 items",
        "{type: array, maxItems: 1, items: {type: string}}|[a, b]|Too many: 2: must have at most 1"
            + " item",
        "{type: array, uniqueItems: true, items: {type: string}}|[a, a]|Invalid value: \"\": spec"
            + " in body shouldn't contain duplicates",
        "{type: object, minProperties: 1}|{}|Invalid value: 0: spec in body should have at least 1"
            + " properties",
        "{type: object, maxProperties: 1}|{a: 1, b: 1}|Too many: 2: must have at most 1 item",
        "{type: object, additionalProperties: false}|{a: 1}|Invalid value: \"a\": spec.a in body is"
            + " a forbidden property",
        "{type: object, required: [a]}|{}|.a: Required value",
        "{type: object, additionalProperties: {type: string}}|{a: 1}|.a: Invalid value:"
            + " \"integer\": spec.a in body must be of type string: \"integer\"",
        "{type: array, items: {type: object, required: [a]}}|[{a: 1}, {}]|[1].a: Required value",
        "{type: integer, maximum: 1.5}|1|<nil>: Invalid value: \"\": Maximum boundary value must be"
            + " of type integer (default format) in spec",
        "{type: object, not: {required: [a]}}|{a: 1}|<nil>: Invalid value: \"\": \"spec\" must not"
            + " validate the schema (not)",
      })
  void tellsWhatIsWrongInUpstreamsWords(String schema, String value, String error) {
    var expected =
        error.startsWith("<nil>")
            ? error
            : "spec" + (error.matches("[.\\[].*") ? "" : ": ") + error;

    assertThat(check(schema, value)).containsExactly(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{type: integer}|3.0",
        "{type: number}|3",
        "{type: string, nullable: true}|null",
        "{type: string, maxLength: 1}|\"\\U0001F600\"",
        "{type: string, pattern: 'b'}|abc",
        "{type: string, format: unheard-of}|x",
        "{type: string, format: date-time}|'2030-01-01T00:00:00Z'",
        "{type: boolean, format: date}|true",
        "{x-kubernetes-int-or-string: true}|5",
        "{x-kubernetes-preserve-unknown-fields: true}|{a: [1, {b: null}]}",
        "{type: number, multipleOf: 0.1}|2.5",
        "{type: object, properties: {a: {type: string}}}|{b: 5}",
        "{type: integer, enum: [1]}|1.0"
      })
  void letsPassWhatUpstreamLetsPass(String schema, String value) {
    assertThat(check(schema, value)).isEmpty();
  }

  @Test
  void ofFailedBranchesTheNearestIsTold() {
    var schema =
        "{type: object, properties: {a: {type: string}, b: {type: integer}, c: {type: integer}},"
            + " anyOf: [{required: [a]}, {properties: {b: {maximum: 5}, c: {maximum: 1}}}]}";

    assertThat(check(schema, "{b: 4, c: 2}"))
        .containsExactly(
            "<nil>: Invalid value: \"\": \"spec\" must validate at least one schema (anyOf)",
            "spec.c: Invalid value: 2: spec.c in body should be less than or equal to 1");
  }

  @Test
  void exactlyOneBranchOfOneOfMustHold() {
    var schema =
        "{type: object, properties: {a: {type: string}, b: {type: string}},"
            + " oneOf: [{required: [a]}, {required: [b]}]}";
    var prefix =
        "<nil>: Invalid value: \"\": \"spec\" must validate one and only one schema (oneOf). ";

    assertThat(check(schema, "{a: x}")).isEmpty();
    assertThat(check(schema, "{a: x, b: x}"))
        .containsExactly(prefix + "Found 2 valid alternatives");
    assertThat(check(schema, "{}"))
        .containsExactly(prefix + "Found none valid", "spec.a: Required value");
  }

  @Test
  void allBranchesOfAllOfMustHold() {
    var schema = "{type: integer, allOf: [{minimum: 2}, {maximum: 5}]}";

    assertThat(check(schema, "6"))
        .containsExactly(
            "spec: Invalid value: 6: spec in body should be less than or equal to 5",
            "<nil>: Invalid value: \"\": \"spec\" must validate all the schemas (allOf)");
  }

  @Test
  void theListOfErrorsIsBounded() {
    var checks =
        ValueChecks.compile(StructuralSchemaTest.schema("{type: array, items: {type: string}}"));
    var value =
        new io.kubejar.apimachinery.json.JsonArray(
            Collections.nCopies(Violations.MOST * 2, JsonNumber.of(1)));

    assertThat(checks.check(value, FieldPath.of("status"))).hasSize(Violations.MOST);
  }

  @Test
  void aPrefixStandsBeforeTheFieldOnly() {
    var checks =
        ValueChecks.compile(StructuralSchemaTest.schema("{properties: {a: {type: string}}}"));

    assertThat(checks.check(Yaml.parse("{a: 1}"), FieldPath.of("status")))
        .extracting(FieldError::text)
        .containsExactly(
            "status.a: Invalid value: \"integer\": a in body must be of type string: \"integer\"");
  }
}
