package io.kubejar.apimachinery.structural;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.Yaml;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublishedSchemaTest {
  private static final GroupVersionKind KIND = new GroupVersionKind("example.com", "v1", "A");

  private static PublishedSchema.Kind kind(@Nullable StructuralSchema schema) {
    return new PublishedSchema.Kind(KIND, schema, false, List.of(".spec.color"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{type: string, default: x, pattern: a}"
            + "|{type: string, default: x, pattern: a}|{type: string, pattern: a}",
        "{type: integer, maximum: 5, exclusiveMaximum: true, format: int32}"
            + "|{type: integer, maximum: 5, exclusiveMaximum: true, format: int32}"
            + "|{type: integer, maximum: 5, exclusiveMaximum: true, format: int32}",
        "{type: string, nullable: true}|{type: string, nullable: true}|{}",
        "{type: array, nullable: true, items: {type: string}}"
            + "|{type: array, nullable: true, items: {type: string}}|{}",
        "{x-kubernetes-int-or-string: true}"
            + "|{x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}"
            + "|{x-kubernetes-int-or-string: true}",
        "{type: object, x-kubernetes-preserve-unknown-fields: true, properties: {b: {type:"
            + " string}}}|{type: object, x-kubernetes-preserve-unknown-fields: true, properties:"
            + " {b: {type: string}}}|{x-kubernetes-preserve-unknown-fields: true}",
        "{type: object, required: [b, c], properties: {b: {type: string, nullable: true}, c: {type:"
            + " string}}, oneOf: [{required: [b]}]}"
            + "|{type: object, required: [b, c], properties: {b: {type: string, nullable: true}, c:"
            + " {type: string}}, oneOf: [{required: [b]}]}"
            + "|{type: object, required: [c], properties: {b: {}, c: {type: string}}}",
        "{type: array, x-kubernetes-list-type: set, items: {type: string, enum: [q]}}"
            + "|{type: array, x-kubernetes-list-type: set, items: {type: string, enum: [q]}}"
            + "|{type: array, x-kubernetes-list-type: set, items: {type: string, enum: [q]}}",
      })
  void saysInEachVersionWhatItsReadersUnderstand(String schema, String v3, String v2) {
    var kind = kind(StructuralSchemaTest.schema("{type: object, properties: {a: " + schema + "}}"));

    assertThat(PublishedSchema.v3(kind).object("properties").get("a")).isEqualTo(Yaml.parse(v3));
    assertThat(PublishedSchema.v2(kind).object("properties").get("a")).isEqualTo(Yaml.parse(v2));
  }

  @Test
  void everyKindHasVersionAndMetadata() {
    var published = PublishedSchema.v3(kind(StructuralSchemaTest.schema("{type: object}")));

    assertThat(published.object("properties").fields())
        .containsOnlyKeys("apiVersion", "kind", "metadata");
    var metadata = published.object("properties").object("metadata");
    assertThat(metadata.text("description")).startsWith("Standard object's metadata");
    assertThat(metadata.get("allOf"))
        .isEqualTo(
            Yaml.parse(
                "[{$ref:"
                    + " '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'}]"));
    assertThat(published.get("x-kubernetes-group-version-kind"))
        .isEqualTo(Yaml.parse("[{group: example.com, version: v1, kind: A}]"));
    assertThat(published.get("x-kubernetes-selectable-fields"))
        .isEqualTo(Yaml.parse("[{fieldPath: spec.color}]"));
  }

  @Test
  void embeddedResourcesHaveThemToo() {
    var kind =
        kind(
            StructuralSchemaTest.schema(
                "{type: object, properties: {a: {type: object, x-kubernetes-embedded-resource:"
                    + " true, properties: {spec: {type: object}}}}}"));

    var embedded = PublishedSchema.v2(kind).object("properties").object("a");

    assertThat(embedded.object("properties").fields())
        .containsOnlyKeys("spec", "apiVersion", "kind", "metadata");
    assertThat(embedded.get("required")).isEqualTo(Yaml.parse("[kind, apiVersion]"));
  }

  @Test
  void nothingIsSaidOfFieldsThatAreNotAllKnown() {
    var open =
        kind(
            StructuralSchemaTest.schema(
                "{type: object, x-kubernetes-preserve-unknown-fields: true, properties: {a: {type:"
                    + " string}}}"));

    assertThat(PublishedSchema.v2(open).fields())
        .containsOnlyKeys(
            "type", "x-kubernetes-group-version-kind", "x-kubernetes-selectable-fields");
    assertThat(PublishedSchema.v3(open).object("properties").has("a")).isTrue();
    assertThat(PublishedSchema.v3(kind(null)).has("properties")).isFalse();
    JsonObject none = PublishedSchema.v2(kind(null));
    assertThat(none.text("type")).isEqualTo("object");
  }
}
