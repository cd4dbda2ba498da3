package io.kubejar.apimachinery.structural;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.apply.FieldManager;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.time.VirtualClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApplyTypesTest {
  private static final StructuralSchema SCHEMA =
      StructuralSchemaTest.schema(
          """
          type: object
          properties:
            spec:
              type: object
              properties:
                size: {type: integer}
                any: {x-kubernetes-int-or-string: true}
                when: {type: string, format: date-time}
                words: {type: array, items: {type: string}}
                set: {type: array, x-kubernetes-list-type: set, items: {type: string}}
                ports:
                  type: array
                  x-kubernetes-list-type: map
                  x-kubernetes-list-map-keys: [port, protocol]
                  items:
                    type: object
                    properties:
                      port: {type: integer}
                      protocol: {type: string, default: TCP}
                      name: {type: string}
                labels: {type: object, additionalProperties: {type: string}}
                whole: {type: object, x-kubernetes-map-type: atomic, properties: {a: {type: string}}}
                open: {type: object, x-kubernetes-preserve-unknown-fields: true}
          """);

  private static final FieldManager FIELDS =
      FieldManager.forType(
          new GroupVersionKind("example.com", "v1", "A"),
          ApplyTypes.of("com.example.v1.A", SCHEMA, false),
          new VirtualClock());

  private static JsonObject object(String spec) {
    return (JsonObject)
        Yaml.parse(
            "{apiVersion: example.com/v1, kind: A, metadata: {name: web}, spec: " + spec + "}");
  }

  private static String owned(String spec) throws InterruptedException {
    var created = FIELDS.update(JsonObject.EMPTY, object(spec), "me");
    var entry = (JsonObject) created.object("metadata").list("managedFields").getFirst();
    return entry.object("fieldsV1").object("f:spec").toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{size: 1}|{\".\":{},\"f:size\":{}}",
        "{any: 5}|{\".\":{},\"f:any\":{}}",
        "{when: now}|{\".\":{},\"f:when\":{}}",
        "{words: [a, b]}|{\".\":{},\"f:words\":{}}",
        "{set: [a]}|{\".\":{},\"f:set\":{\".\":{},\"v:\\\"a\\\"\":{}}}",
        "{ports: [{port: 1, name:"
            + " x}]}|{\".\":{},\"f:ports\":{\".\":{},\"k:{\\\"port\\\":1,\\\"protocol\\\":\\\"TCP\\\"}\":{\".\":{},\"f:name\":{},\"f:port\":{}}}}",
        "{labels: {a: b}}|{\".\":{},\"f:labels\":{\".\":{},\"f:a\":{}}}",
        "{whole: {a: b}}|{\".\":{},\"f:whole\":{}}",
        "{open: {x: {z: 1}, l:"
            + " [1]}}|{\".\":{},\"f:open\":{\".\":{},\"f:l\":{},\"f:x\":{\".\":{},\"f:z\":{}}}}"
      })
  void ownershipFollowsTheSchema(String spec, String owned) throws InterruptedException {
    assertThat(owned(spec)).isEqualTo(owned);
  }

  @Test
  void metadataIsOwnedAsEverywhere() throws InterruptedException {
    var labelled =
        ((JsonObject)
            Yaml.parse(
                "{apiVersion: example.com/v1, kind: A, metadata: {name: web,"
                    + " finalizers: [a/b]}}"));
    var created = FIELDS.update(JsonObject.EMPTY, labelled, "me");

    assertThat(created.object("metadata").list("managedFields").getFirst().toString())
        .contains("\"f:metadata\":{\"f:finalizers\":{\".\":{},\"v:\\\"a/b\\\"\":{}}}");
  }
}
