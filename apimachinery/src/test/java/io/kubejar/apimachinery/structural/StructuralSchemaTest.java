package io.kubejar.apimachinery.structural;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.structural.StructuralSchema.Additional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StructuralSchemaTest {

  static StructuralSchema schema(String yaml) {
    return StructuralSchema.parse((JsonObject) Yaml.parse(yaml));
  }

  /// What is at these properties below the schema; `[]` stands for the items of a list.
  static StructuralSchema at(StructuralSchema schema, String... steps) {
    var found = schema;
    for (var step : steps) {
      found = requireNonNull(step.equals("[]") ? found.items() : found.child(step), step);
    }
    return found;
  }

  @Test
  void readsStructureValuesAndExtensions() {
    var schema =
        schema(
            """
            type: object
            x-kubernetes-preserve-unknown-fields: true
            properties:
              replicas: {type: integer, maximum: 10, exclusiveMaximum: true, default: 1}
              ports:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [port, protocol]
                items: {type: object, required: [port], nullable: true}
              any: {x-kubernetes-int-or-string: true, enum: [a, 1]}
              labels: {type: object, additionalProperties: {type: string, maxLength: 63}}
              open: {type: object, additionalProperties: false}
            x-kubernetes-validations:
            - {rule: self.replicas > 0, message: more, reason: FieldValueForbidden}
            """);

    assertThat(schema.extensions().preserveUnknownFields()).isTrue();
    var replicas = at(schema, "replicas");
    assertThat(replicas.validation().maximum()).isEqualTo(10.0);
    assertThat(replicas.validation().exclusiveMaximum()).isTrue();
    assertThat(replicas.defaultValue()).isEqualTo(JsonNumber.of(1));
    var ports = at(schema, "ports");
    assertThat(ports.isMapList()).isTrue();
    assertThat(ports.extensions().listMapKeys()).containsExactly("port", "protocol");
    assertThat(at(ports, "[]").generic().nullable()).isTrue();
    assertThat(at(ports, "[]").validation().required()).containsExactly("port");
    var any = at(schema, "any");
    assertThat(any.extensions().intOrString()).isTrue();
    assertThat(any.validation().enumeration())
        .containsExactly(new JsonString("a"), JsonNumber.of(1));
    assertThat(at(schema, "labels", "x").validation().maxLength()).isEqualTo(63L);
    assertThat(at(schema, "open").additional()).isEqualTo(new Additional(false, null));
    assertThat(schema.rules())
        .containsExactly(
            new ValidationRule("self.replicas > 0", "more", "", "FieldValueForbidden", "", null));
  }

  @Test
  void aDefaultOfNullIsNone() {
    assertThat(schema("{type: string, default: null}").defaultValue()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{properties: {a: {$ref: '#/x'}}}|OpenAPIV3Schema '$ref' is not supported",
        "{items: [{type: string}]}|OpenAPIV3Schema 'items' must be a schema, but is an array",
        "{not: {definitions: {a: {}}}}|OpenAPIV3Schema 'definitions' is not supported",
        "{additionalItems: true}|OpenAPIV3Schema 'additionalItems' is not supported",
      })
  void refusesWhatHasNoPlaceInIt(String yaml, String message) {
    assertThatThrownBy(() -> schema(yaml))
        .isInstanceOf(UnsupportedSchemaException.class)
        .hasMessage(message);
  }
}
