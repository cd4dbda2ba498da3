package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Trees.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.ArrayList;
import java.util.List;

/// Schemas of custom resources in the OpenAPI document, and kubectl, which believes it.
final class PublishedOpenApiTest {
  private static final String AREA =
      "[sig-api-machinery] CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] ";
  private static final String FOO =
      """
      description: Foo CRD for Testing
      type: object
      properties:
        spec:
          type: object
          description: Specification of Foo
          properties:
            bars:
              description: List of Bars and their specs.
              type: array
              items:
                type: object
                required: [name]
                properties:
                  name: {description: Name of Bar., type: string}
                  age: {description: Age of Bar., type: string}
                  feeling:
                    description: Whether Bar is feeling great.
                    type: string
                    enum: [Great, Down]
                  bazs: {description: List of Bazs., type: array, items: {type: string}}
        status:
          description: Status of Foo
          type: object
          properties:
            bars:
              description: List of Bars and their statuses.
              type: array
              items:
                type: object
                properties:
                  name: {description: Name of Bar., type: string}
                  available: {description: Whether the Bar is installed., type: boolean}
                  quxType:
                    description: Indicates to external qux type.
                    pattern: in-tree|out-of-tree
                    type: string
      """;
  private static final String WALDO =
      """
      description: Waldo CRD for Testing
      type: object
      properties:
        spec:
          description: Specification of Waldo
          type: object
          properties: {dummy: {description: Dummy property., type: object}}
        status:
          description: Status of Waldo
          type: object
          properties:
            bars:
              description: List of Bars and their statuses.
              type: array
              items: {type: object}
      """;

  @Conformance(AREA + "works for CRD with validation schema")
  void explainsAndChecksWhatHasASchema(Api api, ConformanceCluster cluster) throws Exception {
    var definition = published(api, "foo", FOO, "v1");
    var kubectl = Kubectl.of(cluster, api.namespace());
    requireCreateAndApply(kubectl, definition, "{\"spec\":{\"bars\":[{\"name\":\"test-bar\"}]}}");
    requireRefused(
        kubectl,
        definition,
        "{\"spec\":{\"bars\":[{\"name\":\"test-bar\",\"feeling\":\"NonExistentValue\"}]}}",
        "Unsupported value: \"NonExistentValue\"");
    // An older kubectl checks by itself, and names the field without its path.
    requireRefused(
        kubectl, definition, "{\"spec\":{\"foo\":true}}", "unknown field \"(spec\\.)?foo\"");
    requireRefused(
        kubectl,
        definition,
        "{\"spec\":{\"bars\":[{\"age\":\"10\"}]}}",
        "spec\\.bars\\[0\\]\\.name: Required value|missing required field \"name\"");

    var plural = definition.plural();
    assertThat(kubectl.run("explain", plural))
        .matches(
            "(?s).*DESCRIPTION:.*Foo CRD for Testing.*FIELDS:.*apiVersion.*<string>"
                + ".*APIVersion defines.*spec.*<Object>.*Specification of Foo.*");
    assertThat(kubectl.run("explain", plural + ".metadata"))
        .matches(
            "(?s).*DESCRIPTION:.*Standard object's metadata.*FIELDS:.*creationTimestamp.*<string>"
                + ".*CreationTimestamp is a timestamp.*");
    assertThat(kubectl.run("explain", plural + ".spec"))
        .matches(
            "(?s).*DESCRIPTION:.*Specification of Foo.*FIELDS:.*bars.*<\\[\\]Object>"
                + ".*List of Bars and their specs.*");
    assertThat(kubectl.run("explain", plural + ".spec.bars"))
        .matches(
            "(?s).*bars.*<\\[\\]Object>.*DESCRIPTION:.*List of Bars and their specs.*FIELDS:"
                + ".*bazs.*<\\[\\]string>.*List of Bazs.*name.*<string>.*Name of Bar.*");
    assertThat(kubectl.tryRun("", "explain", plural + ".spec.bars2").all())
        .contains("field \"bars2\" does not exist");
    gone(api, definition);
  }

  @Conformance(AREA + "works for CRD without validation schema")
  void takesAnythingWithoutASchema(Api api, ConformanceCluster cluster) throws Exception {
    var definition = defined(api, "empty", Definition.ANYTHING.toString(), "v1");
    assertThat(own(api, definition, "v1")).isEqualTo(tree("{type: object}"));
    var kubectl = Kubectl.of(cluster, api.namespace());
    requireCreateAndApply(kubectl, definition, "{\"a\":{\"b\":[{\"c\":\"d\"}]}}");
    assertThat(kubectl.run("explain", definition.plural()))
        .matches("(?s).*DESCRIPTION:.*<empty>.*");
    gone(api, definition);
  }

  @Conformance(AREA + "works for CRD preserving unknown fields at the schema root")
  void takesAnythingBesideTheSchema(Api api, ConformanceCluster cluster) throws Exception {
    var schema = WALDO + "x-kubernetes-preserve-unknown-fields: true\n";
    var definition = defined(api, "unknown-at-root", schema, "v1");
    assertThat(own(api, definition, "v1")).isNotEqualTo(JsonNull.NULL);
    var kubectl = Kubectl.of(cluster, api.namespace());
    requireCreateAndApply(kubectl, definition, "{\"a\":{\"b\":[{\"c\":\"d\"}]}}");
    assertThat(kubectl.run("explain", definition.plural()))
        .matches("(?s).*KIND:.*" + definition.kind() + ".*");
    gone(api, definition);
  }

  @Conformance(AREA + "works for CRD preserving unknown fields in an embedded object")
  void takesAnythingInOneField(Api api, ConformanceCluster cluster) throws Exception {
    var schema =
        WALDO
            .replace("Waldo CRD for Testing", "preserve-unknown-properties in nested field")
            .replace(
                "    type: object\n    properties: {dummy",
                "    type: object\n    x-kubernetes-preserve-unknown-fields: true\n"
                    + "    properties: {dummy");
    var definition = defined(api, "unknown-in-nested", schema, "v1");
    assertThat(own(api, definition, "v1")).isNotEqualTo(JsonNull.NULL);
    var kubectl = Kubectl.of(cluster, api.namespace());
    requireCreateAndApply(kubectl, definition, "{\"spec\":{\"a\":null,\"b\":[{\"c\":\"d\"}]}}");
    assertThat(kubectl.run("explain", definition.plural()))
        .matches("(?s).*DESCRIPTION:.*preserve-unknown-properties in nested field.*");
    gone(api, definition);
  }

  @Conformance(AREA + "works for multiple CRDs of different groups")
  void publishesTwoGroups(Api api) throws Exception {
    var foo = published(api, "foo", FOO, "v1");
    var waldo = published(api, "waldo", WALDO, "v1beta1");
    assertThat(own(api, foo, "v1")).isEqualTo(tree(FOO));
    gone(api, foo);
    gone(api, waldo);
  }

  @Conformance(AREA + "works for multiple CRDs of same group but different versions")
  void publishesVersionsOfOneGroup(Api api) throws Exception {
    gone(api, published(api, "multi-ver", FOO, "v2", "v3"));
    var foo = published(api, "common-group", FOO, "v4");
    var waldo = published(api, "common-group", WALDO, "v5");
    assertThat(own(api, foo, "v4")).isEqualTo(tree(FOO));
    gone(api, foo);
    gone(api, waldo);
  }

  @Conformance(AREA + "works for multiple CRDs of same group and version but different kinds")
  void publishesKindsOfOneVersion(Api api) throws Exception {
    var foo = published(api, "common-group", FOO, "v6");
    var waldo = published(api, "common-group", WALDO, "v6");
    assertThat(own(api, foo, "v6")).isEqualTo(tree(FOO));
    gone(api, foo);
    gone(api, waldo);
  }

  @Conformance(AREA + "updates the published spec when one version gets renamed")
  void followsAVersionsNewName(Api api) throws Exception {
    var definition = published(api, "multi-ver", FOO, "v2", "v3");
    api.patch(
        definition.definitionPath(),
        Api.JSON_PATCH,
        """
        [{"op":"test","path":"/spec/versions/1/name","value":"v3"},
         {"op":"replace","path":"/spec/versions/1/name","value":"v4"}]
        """);
    requirePublished(api, definition, "v4", FOO);
    requireGone(api, definition, "v3");
    requirePublished(api, definition, "v2", FOO);
    gone(api, definition);
  }

  @Conformance(AREA + "removes definition from spec when one version gets changed to not be served")
  void dropsWhatIsNoLongerServed(Api api) throws Exception {
    var definition = published(api, "multi-to-single-ver", FOO, "v5", "v6alpha1");
    var current = api.get(definition.definitionPath());
    api.update(
        definition.definitionPath(),
        Trees.with(
            current, "spec.versions.1.served", io.kubejar.apimachinery.json.JsonBoolean.FALSE));
    requireGone(api, definition, "v6alpha1");
    requirePublished(api, definition, "v5", FOO);
    gone(api, definition);
  }

  private static void requireCreateAndApply(
      Kubectl kubectl, Definition definition, String content) {
    var object = instance(definition, content);
    for (var verb : List.of("create", "apply")) {
      kubectl.tryRun(object, verb, "-f", "-").orFail();
      kubectl.run("delete", definition.plural() + "." + definition.group(), "test-cr");
    }
  }

  private static void requireRefused(
      Kubectl kubectl, Definition definition, String content, String pattern) {
    for (var verb : List.of("create", "apply")) {
      var result = kubectl.tryRun(instance(definition, content), verb, "-f", "-");
      assertThat(result.code()).isNotZero();
      assertThat(result.all()).containsPattern(pattern);
    }
  }

  private static String instance(Definition definition, String content) {
    var object = tree(definition.instance("test-cr"));
    for (var field : tree(content).fields().entrySet()) {
      object = object.with(field.getKey(), field.getValue());
    }
    return object.toString();
  }

  private static Definition published(Api api, String group, String schema, String... versions)
      throws Exception {
    var definition = defined(api, group, schema, versions);
    for (var version : versions) {
      requirePublished(api, definition, version, schema);
    }
    return definition;
  }

  /// A kind of its own for each definition of a test, as two may share a group.
  private static Definition defined(Api api, String group, String schema, String... versions)
      throws Exception {
    var prefix = schema.equals(WALDO) ? "Waldo" : "Foo";
    var definition =
        Definition.of(
            group + "." + api.suffix() + ".example.com",
            prefix + api.suffix() + "crd",
            schema,
            versions);
    api.define(definition.json());
    return definition;
  }

  private static void requirePublished(
      Api api, Definition definition, String version, String schema) throws Exception {
    var name = nameOf(definition, version);
    var document = api.eventually("/openapi/v2", it -> it.object("definitions").has(name));
    assertThat(withoutAdditions(document.object("definitions").object(name)))
        .isEqualTo(tree(schema));
  }

  private static void gone(Api api, Definition definition) throws Exception {
    api.delete(definition.definitionPath());
    for (var version : definition.versions()) {
      requireGone(api, definition, version);
    }
  }

  private static void requireGone(Api api, Definition definition, String version) throws Exception {
    var name = nameOf(definition, version);
    api.eventually("/openapi/v2", it -> !it.object("definitions").has(name));
  }

  private static JsonValue own(Api api, Definition definition, String version) throws Exception {
    var name = nameOf(definition, version);
    var document = api.eventually("/openapi/v2", it -> it.object("definitions").has(name));
    return withoutAdditions(document.object("definitions").object(name));
  }

  /// The schema as it was given: without what the server adds to every kind.
  private static JsonObject withoutAdditions(JsonObject schema) {
    var properties =
        schema.object("properties").without("metadata").without("apiVersion").without("kind");
    var bare = schema.without("x-kubernetes-group-version-kind").without("properties");
    return properties.isEmpty() ? bare : bare.with("properties", properties);
  }

  /// The group's labels backwards, the version and the kind.
  private static String nameOf(Definition definition, String version) {
    var labels = new ArrayList<>(List.of(definition.group().split("\\.")));
    return String.join(".", labels.reversed()) + "." + version + "." + definition.kind();
  }
}
