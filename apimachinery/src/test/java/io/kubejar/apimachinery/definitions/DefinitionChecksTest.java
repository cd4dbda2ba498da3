package io.kubejar.apimachinery.definitions;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.patch.MergePatch;
import io.kubejar.apimachinery.structural.NodeRules;
import io.kubejar.apimachinery.structural.RuleLanguage;
import io.kubejar.apimachinery.structural.StructuralSchema;
import io.kubejar.apimachinery.validation.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A CRD that is fine, and variants of it given as merge patches.
class DefinitionChecksTest {
  private static final JsonObject CRD =
      (JsonObject)
          Yaml.parse(
              """
              metadata: {name: crontabs.stable.example.com}
              spec:
                group: stable.example.com
                scope: Namespaced
                names: {plural: crontabs, singular: crontab, kind: CronTab, listKind: CronTabList}
                conversion: {strategy: None}
                versions:
                - name: v1
                  served: true
                  storage: true
                  schema:
                    openAPIV3Schema:
                      type: object
                      properties:
                        spec:
                          type: object
                          properties: {cron: {type: string}, replicas: {type: integer, default: 1}}
                        status: {type: object}
                  subresources: {status: {}}
              status: {storedVersions: [v1], acceptedNames: {}, conditions: []}
              """);

  /// Knows nothing of rules, but remembers which it was asked about.
  private static final class Asked implements RuleLanguage {
    private final List<String> nodes = new ArrayList<>();

    @Override
    public NodeRules compile(StructuralSchema schema, boolean resourceRoot) {
      return call -> new NodeRules.Outcome(List.of(), List.of(), call.budget());
    }

    @Override
    public List<FieldError> check(Request request) {
      for (var node : request.nodes()) {
        var around = node.uncorrelated();
        nodes.add(node.path().text() + (around == null ? "" : " within " + around.text()));
      }
      return List.of();
    }
  }

  private final Asked language = new Asked();
  private final DefinitionChecks checks =
      new DefinitionChecks((metadata, namespaced, path) -> List.of(), language);

  private static JsonObject crd(String patch) {
    return MergePatch.apply(CRD, Yaml.parse(patch));
  }

  private static String version(String name, String more) {
    return "{name: " + name + ", served: true" + more + "}";
  }

  private static String withSchema(String schema) {
    return "{spec: {versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: "
        + schema
        + "}}]}}";
  }

  private List<String> create(String patch) {
    return texts(checks.create(crd(patch)));
  }

  private List<String> update(String patch, String old) {
    return texts(checks.update(crd(patch), crd(old)));
  }

  private static List<String> texts(List<FieldError> errors) {
    return errors.stream().map(FieldError::text).toList();
  }

  @Test
  void aGoodDefinitionIsAccepted() {
    assertThat(create("{}")).isEmpty();
    assertThat(update("{}", "{}")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{metadata: {name: a.b}}|metadata.name: Invalid value: \"a.b\": must be"
            + " spec.names.plural+\".\"+spec.group",
        "{spec: {scope: Planet}}|spec.scope: Unsupported value: \"Planet\": supported values:"
            + " \"Cluster\", \"Namespaced\"",
        "{spec: {names: {listKind: CronTab}}}|spec.names.listKind: Invalid value: \"CronTab\": kind"
            + " and listKind may not be the same",
        "{spec: {names: {singular: ''}}}|spec.names.singular: Required value",
        "{spec: {preserveUnknownFields: true, versions: [{name: v1, served: true, storage: true,"
            + " schema: {openAPIV3Schema: {type: object}}}]}}|spec.preserveUnknownFields: Invalid"
            + " value: true: cannot set to true, set x-kubernetes-preserve-unknown-fields to true"
            + " in spec.versions[*].schema instead",
        "{spec: {versions: [{name: v1, served: true, storage:"
            + " true}]}}|spec.versions[0].schema.openAPIV3Schema: Required value",
        "{status: {storedVersions: []}}|status.storedVersions: Invalid value: []: must have at"
            + " least one stored version",
        "{status: {storedVersions: [v1, v0]}}|status.storedVersions[1]: Invalid value: \"v0\":"
            + " missing from spec.versions; v0 was previously a storage version, and must remain in"
            + " spec.versions until a storage migration ensures no data remains persisted in v0 and"
            + " removes v0 from status.storedVersions",
        "{spec: {conversion: {strategy: Webhook}}}|spec.conversion.webhookClientConfig: Required"
            + " value: required when strategy is set to"
            + " Webhook;spec.conversion.conversionReviewVersions: Required value",
        "{spec: {conversion: {strategy: None, webhook: {conversionReviewVersions:"
            + " [v1]}}}}|spec.conversion.conversionReviewVersions: Forbidden: should not be set"
            + " when strategy is not set to Webhook",
        "{spec: {conversion: {strategy: Webhook, webhook: {conversionReviewVersions: [v7],"
            + " clientConfig: {url: 'http://a'}}}}}|spec.conversion.webhookClientConfig.url:"
            + " Invalid value: \"http\": 'https' is the only allowed URL scheme; desired format:"
            + " https://host[/path];spec.conversion.conversionReviewVersions: Invalid value:"
            + " [\"v7\"]: must include at least one of v1, v1beta1",
        "{spec: {conversion: {strategy: Webhook, webhook: {conversionReviewVersions: [v1],"
            + " clientConfig: {service: {name: a, namespace: b, path:"
            + " /x//z}}}}}}|spec.conversion.webhookClientConfig.service.path: Invalid value:"
            + " \"/x//z\": segment[1] may not be empty",
      })
  void refusesWhatMakesNoSense(String patch, String errors) {
    assertThat(create(patch)).containsExactly(errors.split(";(?=spec)"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{type: object, properties: {a: {type: string, uniqueItems:"
            + " true}}}|.properties[a].uniqueItems: Forbidden: uniqueItems cannot be set to true"
            + " since the runtime complexity becomes quadratic",
        "{type: object, properties: {a: {$ref: b}}}|.properties[a].$ref: Forbidden: $ref is not"
            + " supported",
        "{type: object, properties: {a: {type: thing}}}|.properties[a].type: Unsupported value:"
            + " \"thing\": supported values: \"array\", \"boolean\", \"integer\", \"number\","
            + " \"object\", \"string\"",
        "{type: object, properties: {a: {type: object, properties: {b: {type: string}},"
            + " additionalProperties: {type: string}}}}|.properties[a].additionalProperties:"
            + " Forbidden: additionalProperties and properties are mutual exclusive",
        "{type: object, properties: {a: {type: integer, default: x}}}|.properties[a].default:"
            + " Invalid value: \"string\":  in"
            + " body must be of type integer: \"string\"",
        "{type: object, properties: {a: {type: object, default: {b: 1}}}}|.properties[a].default:"
            + " Invalid value: {\"b\":1}: must not have unknown fields",
        "{type: object, properties: {metadata: {type: object, default: {name:"
            + " a}}}}|.properties[metadata].default: Forbidden: must not be set in top-level"
            + " metadata",
        "{type: object, nullable: true}|.nullable: Forbidden: nullable cannot be true at the root",
        "{type: object, properties: {a: {type: array, x-kubernetes-list-type: map,"
            + " x-kubernetes-list-map-keys: [k], items: {type: object, properties: {k: {type:"
            + " string}}}}}}|.properties[a].items.properties[k].default: Required value: this"
            + " property is in x-kubernetes-list-map-keys, so it must have a default or be a"
            + " required property",
        "{type: object, properties: {a: {type: array, x-kubernetes-list-type: map, items: {type:"
            + " object}}}}|.properties[a].x-kubernetes-list-map-keys: Required value: must not be"
            + " empty if x-kubernetes-list-type is map",
        "{type: object, properties: {a: {type: array, x-kubernetes-list-type: set, items: {type:"
            + " object}}}}|.properties[a].items.x-kubernetes-map-type: Invalid value: null: must be"
            + " atomic as item of a list with x-kubernetes-list-type=set",
        "{type: object, properties: {a: {type: string, x-kubernetes-map-type:"
            + " atomic}}}|.properties[a].type: Invalid value: \"string\": must be object if"
            + " x-kubernetes-map-type is specified",
        "{type: object, properties: {a: {type: array, x-kubernetes-list-type: bag, items: {type:"
            + " string}}}}|.properties[a].x-kubernetes-list-type: Unsupported value: \"bag\":"
            + " supported values: \"atomic\", \"set\", \"map\"",
        "{type: object, properties: {a: {type: object}}, x-kubernetes-validations: [{rule: '"
            + " '}]}|.x-kubernetes-validations[0].rule: Required value: rule is not specified",
        "{type: object, properties: {a: {type: object}}, x-kubernetes-validations: [{rule: x,"
            + " reason: Bad, fieldPath: .b}]}|.x-kubernetes-validations[0].reason: Unsupported"
            + " value: \"Bad\": supported values: \"FieldValueDuplicate\", \"FieldValueForbidden\","
            + " \"FieldValueInvalid\","
            + " \"FieldValueRequired\";.x-kubernetes-validations[0].fieldPath: Invalid value:"
            + " \".b\": must be a valid path",
        "{type: object, properties: {a: {}}}|.properties[a].type: Required value: must not be empty"
            + " for specified object fields",
      })
  void refusesSchemasThatMakeNoSense(String schema, String errors) {
    var expected = List.of(errors.split(";(?=\\.)"));

    assertThat(create(withSchema(schema)))
        .extracting(text -> text.replace("spec.validation.openAPIV3Schema", ""))
        .contains(expected.getFirst().replace("spec.validation.openAPIV3Schema", ""))
        .hasSize(expected.size());
  }

  @Test
  void pathsOfDifferentSchemasNameTheirVersion() {
    var versions =
        "{spec: {versions: ["
            + version("v1", ", storage: true, schema: {openAPIV3Schema: {type: array}}")
            + ", "
            + version("v2", ", schema: {openAPIV3Schema: {type: object, properties: {a: {}}}}")
            + "]}}";

    assertThat(create(versions))
        .containsExactly(
            "spec.versions[0].schema.openAPIV3Schema.items: Required value: must be specified",
            "spec.versions[0].schema.openAPIV3Schema.type: Invalid value: \"array\": must be object"
                + " at the root",
            "spec.versions[1].schema.openAPIV3Schema.properties[a].type: Required value: must not"
                + " be empty for specified object fields");
  }

  @Test
  void thereIsOneStorageVersionAndNoNameTwice() {
    var schema = ", schema: {openAPIV3Schema: {type: object}}";
    var errors =
        create(
            "{spec: {versions: [" + version("v1", schema) + ", " + version("v1", schema) + "]}}");

    assertThat(errors)
        .anyMatch(text -> text.endsWith("must contain unique version names"))
        .anyMatch(text -> text.endsWith("must have exactly one version marked as storage version"))
        .hasSize(2);
  }

  @Test
  void theRootOfASchemaSaysLittleIfThereIsAStatus() {
    var withStatus =
        "{spec: {versions: [{name: v1, served: true, storage: true, subresources: {status: {}},"
            + " schema: {openAPIV3Schema: {type: object, maxProperties: 5}}}]}}";

    assertThat(create(withStatus))
        .singleElement()
        .asString()
        .contains("only [Description Type Format Title ")
        .endsWith(
            "fields are allowed at the root of the schema if the status subresource is enabled");
  }

  @Test
  void columnsScalesAndSelectableFieldsAreLookedAt() {
    var patch =
        "{spec: {versions: [{name: v1, served: true, storage: true, deprecationWarning: x, schema:"
            + " {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties:"
            + " {a: {type: string}, b: {type: array, items: {type: string}}}}}}},"
            + " subresources: {scale: {specReplicasPath: .status.x, statusReplicasPath: x}},"
            + " additionalPrinterColumns: [{name: a, type: text, jsonPath: .a}],"
            + " selectableFields: [{jsonPath: .spec.a}, {jsonPath: .spec.a}, {jsonPath: .spec.b},"
            + " {jsonPath: .spec.c}]}]}}";

    assertThat(create(patch))
        .containsExactly(
            "spec.versions[0].deprecationWarning: Invalid value: \"x\": can only be set for"
                + " deprecated versions",
            "spec.subresources.scale.specReplicasPath: Invalid value: \".status.x\": should be a"
                + " json path under .spec",
            "spec.subresources.scale.statusReplicasPath: Invalid value: \"x\": must be a simple"
                + " json path starting with .",
            "spec.additionalPrinterColumns[0].type: Invalid value: \"text\": must be one of"
                + " boolean,date,integer,number,string",
            "spec.selectableFields[1].jsonPath: Duplicate value: \".spec.a\"",
            "spec.selectableFields[2].jsonPath: Invalid value: \".spec.b\": must point to a field"
                + " of type string, boolean or integer. Enum string fields and strings with formats"
                + " are allowed.",
            "spec.selectableFields[3].jsonPath: Invalid value: \".spec.c\": is an invalid path:"
                + " does not refer to a valid field");
  }

  @Test
  void groupAndPluralStayAndOfServedKindsTheRestToo() {
    var renamed =
        "{spec: {group: other.example.com, scope: Cluster, names: {kind: Other, plural: others}}}";
    var served = "{status: {conditions: [{type: Established, status: 'True'}]}}";

    assertThat(update(renamed, "{}"))
        .containsExactly(
            "spec.group: Invalid value: \"other.example.com\": field is immutable",
            "spec.names.plural: Invalid value: \"others\": field is immutable");
    assertThat(update(renamed, served)).hasSize(4);
  }

  @Test
  void whatWasWrongBeforeMayStayWrong() {
    var wrong = withSchema("{type: object, properties: {a: {type: object, default: {b: 1}}}}");

    assertThat(create(wrong)).hasSize(1);
    assertThat(update(wrong, wrong)).isEmpty();
    assertThat(update(wrong, "{}")).hasSize(1);
  }

  @Test
  void groupsOfTheCommunityNeedApproval() {
    var group = "{metadata: {name: crontabs.x.k8s.io, annotations: {%s}}, spec: {group: x.k8s.io}}";

    assertThat(create(group.formatted("")))
        .containsExactly(
            "metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups"
                + " must have approval annotation \"api-approved.kubernetes.io\", see"
                + " https://github.com/kubernetes/enhancements/pull/1111");
    assertThat(create(group.formatted("api-approved.kubernetes.io: maybe")))
        .singleElement()
        .asString()
        .contains("Invalid value: \"maybe\"");
    assertThat(create(group.formatted("api-approved.kubernetes.io: 'https://github.com/x'")))
        .isEmpty();
    assertThat(update(group.formatted(""), group.formatted(""))).isEmpty();
  }

  @Test
  void rulesAreCheckedWhereTheSchemaIsGood() {
    var rule = "x-kubernetes-validations: [{rule: x}]";
    var schema =
        "{type: object, "
            + rule
            + ", properties: {spec: {type: object, properties: {"
            + "list: {type: array, items: {type: object, properties: {a: {type: string, "
            + rule
            + "}}}}, keyed: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys:"
            + " [k], items: {type: object, required: [k], properties: {k: {type: string, "
            + rule
            + "}}}}}}}}";

    assertThat(create(withSchema(schema))).isEmpty();
    var root = "spec.validation.openAPIV3Schema";
    var spec = root + ".properties[spec].properties";
    assertThat(language.nodes)
        .containsExactlyInAnyOrder(
            spec + "[list].items.properties[a] within " + spec + "[list]",
            spec + "[keyed].items.properties[k]",
            root)
        .endsWith(root);
  }

  @Test
  void formatsThatNobodyChecksAreWarnedOf() {
    var schema =
        "{type: object, properties: {a: {type: string, format: color}, b: {type: integer, format:"
            + " int32, not: {format: odd}}, c: {type: string, format: date-time}}}";

    assertThat(DefinitionChecks.createWarnings(crd(withSchema(schema))))
        .containsExactlyInAnyOrder("unrecognized format \"color\"", "unrecognized format \"odd\"");
    assertThat(
            DefinitionChecks.updateWarnings(
                crd(withSchema(schema)),
                crd(withSchema("{type: object, properties: {z: {type: string, format: odd}}}"))))
        .containsExactly("unrecognized format \"color\"");
  }

  @Test
  void schemasThatNobodyCanWalkAreRefused() {
    var definition =
        CRD.with(
            "spec",
            CRD.object("spec")
                .with(
                    "versions",
                    JsonArray.of(
                        new JsonObject(
                            Map.of(
                                "name",
                                new JsonString("v1"),
                                "storage",
                                JsonBoolean.TRUE,
                                "schema",
                                JsonObject.of("openAPIV3Schema", deepSchema()))))));

    assertThat(texts(checks.create(definition)))
        .containsExactly(
            "spec.versions: Invalid value: \"\": OpenAPIV3Schema must not have more than 400"
                + " levels");
  }

  private static JsonValue deepSchema() {
    JsonValue schema = JsonObject.EMPTY;
    for (int i = 0; i < StructuralSchema.DEEPEST; i++) {
      schema = JsonObject.of("not", schema);
    }
    return schema;
  }
}
