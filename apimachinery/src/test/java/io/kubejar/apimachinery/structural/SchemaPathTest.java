package io.kubejar.apimachinery.structural;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apimachinery.structural.SchemaPath.InvalidPathException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaPathTest {
  private static final StructuralSchema SCHEMA =
      StructuralSchemaTest.schema(
          """
          type: object
          properties:
            spec:
              type: object
              properties:
                size: {type: integer}
                labels: {type: object, additionalProperties: {type: string}}
                a.b: {type: boolean}
                list: {type: array, items: {type: string}}
          """);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        ".spec.size|spec.size|integer",
        "['spec']['size']|spec.size|integer",
        ".spec['a.b']|spec.a.b|boolean",
        ".spec.labels.app|spec.labels[app]|string",
        ".spec.labels['it\\'s']|spec.labels[it's]|string",
      })
  void leadsToAField(String text, String path, String type) throws InvalidPathException {
    var found = SchemaPath.resolve(text, SCHEMA, true);

    assertThat(found.path().text()).isEqualTo(path);
    assertThat(found.root()).isEqualTo("spec");
    assertThat(found.schema().type()).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "spec|expected [ or . but got: spec",
        ".spec.none|does not refer to a valid field",
        ".spec.list[0]|expected single quoted string but got 0",
        ".spec.list.a|does not refer to a valid field",
        ".spec.|unexpected end of JSON path",
        ".spec['size'|unexpected end of JSON path",
        ".spec['a\\q']|invalid string literal: invalid escape char \\q",
      })
  void saysWhyItLeadsNowhere(String text, String why) {
    assertThatThrownBy(() -> SchemaPath.resolve(text, SCHEMA, true))
        .isInstanceOf(InvalidPathException.class)
        .hasMessage(why);
  }

  @Test
  void bracketsCanBeForbidden() {
    assertThatThrownBy(() -> SchemaPath.resolve(".spec['size']", SCHEMA, false))
        .hasMessage("array notation is not allowed");
  }
}
