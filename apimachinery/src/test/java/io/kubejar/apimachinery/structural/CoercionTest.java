package io.kubejar.apimachinery.structural;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.Yaml;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoercionTest {
  private static final StructuralSchema SCHEMA =
      StructuralSchemaTest.schema(
          """
          type: object
          properties:
            spec:
              type: object
              properties:
                name: {type: string, default: web}
                size: {type: integer}
                none: {type: string, nullable: true}
                ports: {type: array, items: {type: object, properties: {port: {type: integer}}}}
                labels: {type: object, additionalProperties: {type: string}}
                open:
                  type: object
                  x-kubernetes-preserve-unknown-fields: true
                  properties: {closed: {type: object, properties: {known: {type: string}}}}
                template:
                  type: object
                  x-kubernetes-embedded-resource: true
                  properties: {spec: {type: object, properties: {x: {type: integer}}}}
          """);
  private static final Coercion COERCION = new Coercion(SCHEMA, false);

  private static JsonObject object(String yaml) {
    return (JsonObject) Yaml.parse(yaml);
  }

  private static Coercion.Coerced received(String spec) {
    return COERCION.received(object("{apiVersion: a/v1, kind: A, spec: " + spec + "}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{size: 1, siez: 2}|{size: 1}|spec.siez",
        "{ports: [{port: 1}, {port: 2, prot: x}]}|{ports: [{port: 1}, {port: 2}]}"
            + "|spec.ports[1].prot",
        "{labels: {a: b}}|{labels: {a: b}}|",
        "{open: {a: {b: 1}, closed: {known: x, c: 1}}}|{open: {a: {b: 1}, closed: {known: x}}}"
            + "|spec.open.closed.c",
        "{size: null, none: null, name: null}|{none: null, name: null}|",
        "{template: {apiVersion: v1, kind: B, a: 1, metadata: {name: web, b: 1}, spec: {x: 1, z:"
            + " 2}}}|{template: {apiVersion: v1, kind: B, metadata: {name: web}, spec: {x:"
            + " 1}}}|spec.template.a spec.template.spec.z spec.template.metadata.b",
      })
  void dropsWhatTheSchemaDoesNotKnow(String spec, String expected, String unknown) {
    var coerced = received(spec);

    assertThat(coerced.object().get("spec")).isEqualTo(Yaml.parse(expected));
    assertThat(coerced.unknownFields())
        .containsExactlyElementsOf(unknown == null ? List.of() : List.of(unknown.split(" ")));
  }

  @Test
  void tellsUnknownFieldsOfItsOwnMetadataFirst() {
    var coerced =
        COERCION.received(
            object("{apiVersion: a/v1, kind: A, metadata: {name: web, x: 1}, extra: 1, spec: {}}"));

    assertThat(coerced.unknownFields()).containsExactly("metadata.x", "extra");
    assertThat(coerced.object())
        .isEqualTo(object("{apiVersion: a/v1, kind: A, metadata: {name: web}, spec: {}}"));
  }

  @Test
  void leavesAloneWhatIsFine() {
    var spec = received("{size: 1, ports: [{port: 1}]}").object().object("spec");

    assertThat(COERCION.received(object("{kind: A}").with("spec", spec)).object().get("spec"))
        .isSameAs(spec);
  }

  @Test
  void refusesMetadataOfAWrongType() {
    assertThatThrownBy(() -> received("{template: {metadata: {name: 5}}}"))
        .isInstanceOf(InvalidMetadataException.class)
        .hasMessageStartingWith("spec.template.metadata: Invalid value: {\"name\":5}: ");
    assertThatThrownBy(() -> received("{template: {kind: 5}}"))
        .hasMessage("spec.template.kind: Invalid value: 5: must be a string");
    assertThatThrownBy(() -> COERCION.received(object("{metadata: {labels: [1]}}")))
        .isInstanceOf(InvalidMetadataException.class);
  }

  @Test
  void storedObjectsAreMendedInstead() {
    var stored =
        COERCION.stored(
            object(
                "{kind: A, metadata: {name: web, labels: 5},"
                    + " spec: {template: {kind: 5, metadata: {name: 5, uid: u}}}}"));

    assertThat(stored)
        .isEqualTo(
            object(
                "{kind: A, metadata: {name: web, generation: 1},"
                    + " spec: {template: {metadata: {uid: u}}}}"));
  }

  @Test
  void nothingIsPrunedIfTheDefinitionSaysSo() {
    var coerced =
        new Coercion(SCHEMA, true).received(object("{kind: A, x: 1, spec: {y: {z: null}}}"));

    assertThat(coerced.object()).isEqualTo(object("{kind: A, x: 1, spec: {y: {z: null}}}"));
    assertThat(coerced.unknownFields()).isEmpty();
  }
}
