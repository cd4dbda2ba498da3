package io.kubejar.apimachinery.definitions;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.structural.RuleLanguage.Node;
import io.kubejar.apimachinery.structural.StructuralSchema;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether a schema uses only keywords that CRDs may use, and makes sense of extensions. On the way
/// it finds the nodes whose rules can be checked.
final class KeywordChecks {
  private final DefinitionRules rules;
  private final List<FieldError> errors = new ArrayList<>();
  private final List<Node> ruleNodes = new ArrayList<>();

  KeywordChecks(DefinitionRules rules) {
    this.rules = rules;
  }

  List<FieldError> errors() {
    return errors;
  }

  /// Children before their parents.
  List<Node> ruleNodes() {
    return ruleNodes;
  }

  /// What is special about the place of a schema.
  ///
  /// @param noDefaults why there must be no defaults; null if there may be
  /// @param uncorrelated the outermost part around it whose values have no old ones
  /// @param node the same schema, parsed; null where rules are not checked
  private record Place(
      @Nullable String noDefaults,
      boolean insideMetadata,
      @Nullable FieldPath uncorrelated,
      @Nullable Node node) {

    Place withoutDefaults(String why) {
      return new Place(why, insideMetadata, uncorrelated, node);
    }

    Place inMetadata() {
      return new Place(noDefaults, true, uncorrelated, node);
    }

    Place uncorrelatedFrom(FieldPath path) {
      return uncorrelated != null ? this : new Place(noDefaults, insideMetadata, path, node);
    }

    Place inBranch() {
      return new Place(noDefaults, insideMetadata, uncorrelated, null);
    }

    Place at(FieldPath path, @Nullable StructuralSchema schema) {
      var here = node == null || schema == null ? null : new Node(node, path, schema, uncorrelated);
      return new Place(noDefaults, insideMetadata, uncorrelated, here);
    }

    @Nullable StructuralSchema schema() {
      return node == null ? null : node.schema();
    }
  }

  /// @param parsed the schema, if it is structural and its rules are to be checked
  void check(JsonObject schema, FieldPath path, @Nullable StructuralSchema parsed) {
    var node = parsed == null ? null : new Node(null, path, parsed, null);
    visit(schema, path, new Place(null, false, null, node), true);
  }

  private void visit(JsonObject schema, FieldPath path, Place place, boolean root) {
    int before = errors.size();
    unsupported(schema, path, place);
    if (DefinitionForm.flag(schema, "uniqueItems")) {
      forbidden(
          path.child("uniqueItems"),
          "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
    }
    additional(schema, path, place);
    properties(schema, path, place, root);
    branches(schema, path, place.inBranch());
    items(schema, path, place);
    schema
        .object("dependencies")
        .fields()
        .forEach(
            (name, part) -> {
              if (part instanceof JsonObject inside) {
                visit(inside, path.child("dependencies").key(name), place.inBranch(), false);
              }
            });
    new ExtensionChecks(rules, errors).check(schema, path);
    errors.addAll(RuleTextChecks.check(schema, path));
    var node = place.node();
    if (node != null && errors.size() == before && !node.schema().rules().isEmpty()) {
      ruleNodes.add(node);
    }
  }

  private void unsupported(JsonObject schema, FieldPath path, Place place) {
    var type = schema.text("type");
    if (rules.validTypes() && RawSchemas.hasInvalidType(schema)) {
      var types = RawSchemas.TYPES.stream().sorted().toList();
      errors.add(FieldError.notSupported(path.child("type").text(), type, types));
    }
    if (place.noDefaults() != null && RawSchemas.hasDefault(schema)) {
      forbidden(path.child("default"), "must not be set " + place.noDefaults());
    }
    if (!schema.text("id").isEmpty()) {
      notSupported(path, "id");
    }
    if (RawSchemas.isPresent(schema, "additionalItems")) {
      notSupported(path, "additionalItems");
    }
    for (var keyword : List.of("patternProperties", "definitions")) {
      if (!schema.object(keyword).isEmpty()) {
        notSupported(path, keyword);
      }
    }
    for (var keyword : List.of("dependencies", "$ref")) {
      if (RawSchemas.isPresent(schema, keyword)) {
        notSupported(path, keyword);
      }
    }
    if (type.equals("null")) {
      forbidden(path.child("type"), "type cannot be set to null, use nullable as an alternative");
    }
    if (!schema.list("items").isEmpty()) {
      forbidden(path.child("items"), "items must be a schema object and not an array");
    }
    if (place.insideMetadata() && DefinitionForm.flag(schema, "x-kubernetes-embedded-resource")) {
      forbidden(
          path.child("x-kubernetes-embedded-resource"), "must not be used inside of resource meta");
    }
  }

  private void notSupported(FieldPath path, String keyword) {
    forbidden(path.child(keyword), keyword + " is not supported");
  }

  private void additional(JsonObject schema, FieldPath path, Place place) {
    var additional = schema.get("additionalProperties");
    var inside = path.child("additionalProperties");
    boolean allowed = additional instanceof JsonBoolean(boolean value) && value;
    if (additional == null || !RawSchemas.isPresent(schema, "additionalProperties")) {
      return;
    }
    if (!schema.object("properties").isEmpty() && !allowed) {
      forbidden(inside, "additionalProperties and properties are mutual exclusive");
    }
    if (additional instanceof JsonObject values) {
      var parsed = place.schema();
      var next = place.at(inside, parsed == null ? null : parsed.additionalSchema());
      visit(
          values,
          inside,
          place.insideMetadata()
              ? next.withoutDefaults("inside additionalProperties applying to object metadata")
              : next,
          false);
    }
  }

  private void properties(JsonObject schema, FieldPath path, Place place, boolean root) {
    boolean resource = root || DefinitionForm.flag(schema, "x-kubernetes-embedded-resource");
    var mapType = DefinitionForm.text(schema, "x-kubernetes-map-type");
    boolean correlated = mapType == null || mapType.equals("granular") || mapType.equals("atomic");
    var around = correlated ? place : place.uncorrelatedFrom(path);
    schema
        .object("properties")
        .fields()
        .forEach(
            (name, property) -> {
              var inside = path.child("properties").key(name);
              var parsed = place.schema();
              var next = around.at(inside, parsed == null ? null : parsed.properties().get(name));
              if (resource && isMetaField(name)) {
                next = next.inMetadata();
                next = root ? next.withoutDefaults("in top-level " + name) : next;
              }
              if (property instanceof JsonObject object) {
                visit(object, inside, next, false);
              }
            });
  }

  private static boolean isMetaField(String name) {
    return name.equals("metadata") || name.equals("kind") || name.equals("apiVersion");
  }

  private void branches(JsonObject schema, FieldPath path, Place place) {
    if (schema.get("not") instanceof JsonObject not) {
      visit(not, path.child("not"), place, false);
    }
    for (var keyword : List.of("allOf", "oneOf", "anyOf")) {
      var branches = schema.list(keyword);
      for (int i = 0; i < branches.size(); i++) {
        if (branches.get(i) instanceof JsonObject branch) {
          visit(branch, path.child(keyword).index(i), place, false);
        }
      }
    }
    schema
        .object("definitions")
        .fields()
        .forEach(
            (name, definition) -> {
              if (definition instanceof JsonObject object) {
                visit(object, path.child("definitions").key(name), place, false);
              }
            });
  }

  /// Only items of lists of type map correlate with old ones.
  private void items(JsonObject schema, FieldPath path, Place place) {
    var around =
        schema.text("x-kubernetes-list-type").equals("map") ? place : place.uncorrelatedFrom(path);
    var inside = path.child("items");
    switch (schema.get("items")) {
      case JsonObject items -> {
        var parsed = place.schema();
        visit(items, inside, around.at(inside, parsed == null ? null : parsed.items()), false);
      }
      case JsonArray list -> {
        for (int i = 0; i < list.size(); i++) {
          if (list.get(i) instanceof JsonObject items) {
            visit(items, inside.index(i), around.inBranch(), false);
          }
        }
      }
      case null, default -> {}
    }
  }

  private void forbidden(FieldPath path, String detail) {
    errors.add(FieldError.forbidden(path.text(), detail));
  }
}
