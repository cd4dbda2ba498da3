package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Api.APPLY;
import static org.assertj.core.api.Assertions.assertThat;

/// Strict checks for unknown and repeated fields.
final class FieldValidationTest {
  private static final String AREA = "[sig-api-machinery] FieldValidation ";
  private static final String STRICT = "?fieldManager=field_validation_mgr&fieldValidation=Strict";
  private static final String PROPERTIES =
      """
              foo: {type: string}
              cronSpec: {type: string, pattern: '^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$'}
              ports:
                type: array
                x-kubernetes-list-map-keys: [containerPort, protocol]
                x-kubernetes-list-type: map
                items:
                  type: object
                  required: [containerPort, protocol]
                  properties:
                    containerPort: {format: int32, type: integer}
                    hostIP: {type: string}
                    hostPort: {format: int32, type: integer}
                    name: {type: string}
                    protocol: {type: string}
      """;
  private static final String SCHEMA =
      "type: object\nproperties:\n  spec:\n    type: object\n    properties:\n" + PROPERTIES;
  private static final String OPEN_SCHEMA =
      SCHEMA.replace(
          "    type: object\n    properties",
          "    type: object\n    x-kubernetes-preserve-unknown-fields: true\n    properties");
  private static final String EMBEDDING_SCHEMA =
      OPEN_SCHEMA
          + """
                  template:
                    type: object
                    x-kubernetes-embedded-resource: true
                    properties:
                      metadata: {type: object, properties: {name: {type: string}}}
                      spec: {type: object}
          """;
  private static final String SPEC =
      """
        cronSpec: "* * * * */5"
        ports:
        - name: x
          containerPort: 80
          protocol: TCP
      """;

  @Conformance(AREA + "should detect unknown and duplicate fields of a typed object")
  void findsUnknownAndRepeatedFields(Api api) throws Exception {
    var refused =
        createDeployment(api, "", "\"unknownField\":\"foo\",\"replicas\":2,\"replicas\":3,");

    assertThat(refused.code()).isEqualTo(400);
    assertThat(refused.json().text("message"))
        .contains(
            "strict decoding error: unknown field \"spec.unknownField\","
                + " duplicate field \"spec.replicas\"");
  }

  @Conformance(AREA + "should detect unknown metadata fields of a typed object")
  void findsUnknownMetadata(Api api) throws Exception {
    var refused = createDeployment(api, "\"unknownMeta\":\"foo\",", "");

    assertThat(refused.code()).isEqualTo(400);
    assertThat(refused.json().text("message"))
        .contains("strict decoding error: unknown field \"metadata.unknownMeta\"");
  }

  private static Answer createDeployment(Api api, String metadata, String spec) throws Exception {
    var body =
        """
        {"apiVersion":"apps/v1","kind":"Deployment",
         "metadata":{"name":"my-dep",%s"labels":{"app":"nginx"}},
         "spec":{%s"selector":{"matchLabels":{"app":"nginx"}},
          "template":{"metadata":{"labels":{"app":"nginx"}},
           "spec":{"containers":[{"name":"nginx","image":"nginx:latest"}]}}}}
        """
            .formatted(metadata, spec);
    return api.send("POST", api.path("apps/v1", "deployments") + STRICT, "application/json", body);
  }

  @Conformance(AREA + "should create/apply a valid CR for CRD with validation schema")
  void takesWhatTheSchemaKnows(Api api) throws Exception {
    assertThat(apply(api, SCHEMA, "", "spec:\n  foo: foo1\n" + SPEC).code()).isEqualTo(201);
  }

  @Conformance(
      AREA + "should create/apply a CR with unknown fields for CRD with no validation schema")
  void takesAnythingWithoutASchema(Api api) throws Exception {
    var open = Definition.ANYTHING.toString();

    assertThat(apply(api, open, "", "spec:\n  unknown: uk1\n" + SPEC).code()).isEqualTo(201);
  }

  @Conformance(
      AREA
          + "should create/apply an invalid CR with extra properties for CRD with validation"
          + " schema")
  void refusesWhatTheSchemaDoesNotKnow(Api api) throws Exception {
    var refused = apply(api, SCHEMA, "", "unknownField: unknown\nspec:\n  foo: foo1\n" + SPEC);

    assertThat(refused.code()).as("as upstream has it").isEqualTo(500);
    assertThat(refused.text()).contains(".unknownField: field not declared in schema");
  }

  @Conformance(
      AREA + "should detect unknown metadata fields in both the root and embedded object of a CR")
  void findsUnknownMetadataOfCustomResources(Api api) throws Exception {
    var template =
        """
        spec:
          template:
            apiversion: foo/v1
            kind: Sub
            metadata:
              unknownSubMeta: unknown
              name: subobject
              namespace: %s
          foo: foo1
        """
            .formatted(api.namespace());
    var refused = apply(api, EMBEDDING_SCHEMA, "  unknownMeta: unknown\n", template + SPEC);

    assertThat(refused.code()).as("as upstream has it").isEqualTo(500);
    assertThat(refused.text())
        .containsAnyOf(
            ".spec.template.metadata.unknownSubMeta: field not declared in schema",
            ".metadata.unknownMeta: field not declared in schema");
  }

  @Conformance(AREA + "should detect duplicates in a CR when preserving unknown fields")
  void findsRepeatedFieldsOfCustomResources(Api api) throws Exception {
    var refused =
        apply(api, OPEN_SCHEMA, "", "spec:\n  unknown: uk1\n  foo: foo1\n  foo: foo2\n" + SPEC);

    assertThat(refused.code()).isEqualTo(400);
    assertThat(refused.text()).contains("line 11: key \\\"foo\\\" already set in map");
  }

  /// Applies an instance named `mytest`; its text begins with an empty line, which counts in the
  /// messages.
  private static Answer apply(Api api, String schema, String metadata, String rest)
      throws Exception {
    var definition = Definition.anything(api.suffix()).withSchema(schema);
    api.define(definition.json());
    var body =
        "\napiVersion: %s\nkind: %s\nmetadata:\n  name: mytest\n%s  finalizers:\n  - test-finalizer\n%s"
            .formatted(definition.apiVersion(), definition.kind(), metadata, rest);
    return api.send("PATCH", definition.path() + "/mytest" + STRICT, APPLY, body);
  }
}
