package io.kubejar.apimachinery.structural;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.Yaml;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefaultingTest {
  private static final StructuralSchema SCHEMA =
      StructuralSchemaTest.schema(
          """
          type: object
          properties:
            a: {type: string, default: x}
            nullable: {type: string, nullable: true, default: y}
            plain: {type: string}
            inner:
              type: object
              properties: {b: {type: integer, default: 1}}
            made:
              type: object
              default: {c: 2}
              properties: {b: {type: integer, default: 1}, c: {type: integer}}
            items: {type: array, items: {type: string, default: z}}
            map: {type: object, additionalProperties: {type: string, default: v}}
          """);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}|{a: x, nullable: y, made: {b: 1, c: 2}}",
        "{a: null, nullable: null, made: {}}|{a: x, nullable: null, made: {b: 1}}",
        "{plain: null, a: q, nullable: q, made: {b: 5}, inner: {}}"
            + "|{a: q, nullable: q, made: {b: 5}, inner: {b: 1}}",
        "{items: [null, w], map: {k: null, l: w}}"
            + "|{items: [z, w], map: {k: v, l: w}, a: x, nullable: y, made: {b: 1, c: 2}}",
        "{unknown: {a: null}}" + "|{unknown: {a: null}, a: x, nullable: y, made: {b: 1, c: 2}}"
      })
  void fillsInWhatIsMissing(String value, String expected) {
    var withoutNulls = Defaulting.withoutNulls((JsonObject) Yaml.parse(value), SCHEMA);

    assertThat(Defaulting.defaulted(withoutNulls, SCHEMA)).isEqualTo(Yaml.parse(expected));
  }
}
