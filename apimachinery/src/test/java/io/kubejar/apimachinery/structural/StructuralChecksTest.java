package io.kubejar.apimachinery.structural;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StructuralChecksTest {

  private static List<String> check(String schema) {
    return StructuralChecks.check(StructuralSchemaTest.schema(schema), FieldPath.of("s")).stream()
        .map(FieldError::text)
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|s.type: Required value: must not be empty at the root",
        "{type: array, items: {type: string}}|s.type: Invalid value: \"array\": must be object at"
            + " the root",
        "{type: object, properties: {a: {}}}|s.properties[a].type: Required value: must not be"
            + " empty for specified object fields",
        "{type: object, properties: {a: {type: array}}}|s.properties[a].items: Required value: must"
            + " be specified",
        "{type: object, properties: {a: {type: array, items: {}}}}|s.properties[a].items.type:"
            + " Required value: must not be empty for specified array items",
        "{type: object, additionalProperties: {type: string}}|s.additionalProperties: Forbidden:"
            + " must not be used at the root",
        "{type: object, properties: {metadata: {type: object, properties: {labels: {type:"
            + " object}}}}}|s.properties[metadata]: Forbidden: must not specify anything other than"
            + " name and generateName, but metadata is implicitly specified",
        "{type: object, properties: {kind: {type: integer}}}|s.properties[kind].type: Invalid"
            + " value: \"integer\": must be string",
        "{type: object, properties: {a: {type: string, pattern: '('}}}|s.properties[a].pattern:"
            + " Invalid value: \"(\": must be a valid regular expression, but isn't: error parsing"
            + " regexp: missing closing ): `(`",
        "{type: object, properties: {a: {type: string, anyOf: [{type:"
            + " string}]}}}|s.properties[a].anyOf[0].type: Forbidden: must be empty to be"
            + " structural",
        "{type: object, not: {properties: {b: {maximum: 1}}}}|s.properties[b]: Required value:"
            + " because it is defined in s.not.properties[b]",
        "{type: object, properties: {a: {type: object, x-kubernetes-embedded-resource:"
            + " true}}}|s.properties[a].properties: Required value: must not be empty if"
            + " x-kubernetes-embedded-resource is true without"
            + " x-kubernetes-preserve-unknown-fields",
        "{type: object, properties: {a: {x-kubernetes-embedded-resource: true,"
            + " x-kubernetes-preserve-unknown-fields: true}}}|s.properties[a].type: Required value:"
            + " must be object if x-kubernetes-embedded-resource is true",
        "{type: object, properties: {a: {x-kubernetes-int-or-string: true,"
            + " x-kubernetes-preserve-unknown-fields:"
            + " true}}}|s.properties[a].x-kubernetes-preserve-unknown-fields: Invalid value: true:"
            + " must be false if x-kubernetes-int-or-string is true",
        "{type: object, properties: {a: {type: object, allOf: [{description:"
            + " x}]}}}|s.properties[a].allOf[0].description: Forbidden: must be empty to be"
            + " structural",
        "{type: object, properties: {a: {type: object, oneOf: [{nullable:"
            + " true}]}}}|s.properties[a].oneOf[0].nullable: Forbidden: must be false to be"
            + " structural",
        "{type: object, properties: {a: {type: array, items: {type: string}, allOf:"
            + " [{x-kubernetes-list-type: set}]}}}|s.properties[a].allOf[0].x-kubernetes-list-type:"
            + " Forbidden: must be undefined to be structural",
      })
  void refusesWhatIsNotStructural(String schema, String error) {
    assertThat(check(schema)).containsExactly(error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{type: object, properties: {metadata: {type: object, properties: {name: {maxLength: 5,"
            + " type: string}}}}}",
        "{type: object, properties: {a: {x-kubernetes-int-or-string: true}}}",
        "{type: object, properties: {a: {x-kubernetes-int-or-string: true, anyOf: [{type: integer},"
            + " {type: string}]}}}",
        "{type: object, properties: {a: {x-kubernetes-int-or-string: true, allOf: [{anyOf: [{type:"
            + " integer}, {type: string}]}, {pattern: a}]}}}",
        "{type: object, x-kubernetes-preserve-unknown-fields: true}",
        "{type: object, properties: {a: {type: object, x-kubernetes-embedded-resource: true,"
            + " x-kubernetes-preserve-unknown-fields: true}}}",
        "{type: object, properties: {a: {type: object, properties: {b: {type: string}}, oneOf:"
            + " [{required: [b]}, {properties: {b: {minLength: 1}}}]}}}"
      })
  void acceptsWhatIsStructural(String schema) {
    assertThat(check(schema)).isEmpty();
  }

  @Test
  void violationsAreSorted() {
    assertThat(check("{type: object, properties: {b: {}, a: {}}, additionalProperties: true}"))
        .hasSize(3)
        .isSorted();
  }
}
