package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Whether the defaults of a schema are values that the schema allows, and have no unknown fields.
public final class DefaultChecks {
  private final MetadataRules metadataRules;
  private final NodeRules.Compiler rules;
  private final boolean requirePruned;
  private final List<FieldError> errors = new ArrayList<>();
  private long budget = ResourceChecks.RULE_BUDGET;

  private DefaultChecks(
      MetadataRules metadataRules, NodeRules.Compiler rules, boolean requirePruned) {
    this.metadataRules = metadataRules;
    this.rules = rules;
    this.requirePruned = requirePruned;
  }

  /// Checks all defaults of a resource's schema.
  ///
  /// @param requirePruned false for CRDs that had unknown fields in defaults before
  public static List<FieldError> check(
      StructuralSchema schema,
      FieldPath path,
      MetadataRules metadataRules,
      NodeRules.Compiler rules,
      boolean requirePruned) {
    var checks = new DefaultChecks(metadataRules, rules, requirePruned);
    var root = schema.asResource();
    checks.visit(root, path, new Place(root, Surroundings.NONE, false));
    return checks.errors;
  }

  /// Where a part of the schema is.
  ///
  /// @param resource the resource around it, perhaps an embedded one
  /// @param insideMetadata whether it describes apiVersion, kind or metadata of the resource
  private record Place(StructuralSchema resource, Surroundings way, boolean insideMetadata) {
    Place child(String name, boolean metadata) {
      return new Place(resource, way.child(name), insideMetadata || metadata);
    }

    Place item() {
      return new Place(resource, way.item(), insideMetadata);
    }
  }

  private void visit(StructuralSchema schema, FieldPath path, Place around) {
    boolean embedded = schema.extensions().embeddedResource();
    var place = embedded ? new Place(schema, Surroundings.NONE, false) : around;
    var value = schema.defaultValue();
    if (value != null) {
      check(value, schema, path.child("default"), place);
    }
    if (schema.items() != null && budget >= 0) {
      visit(schema.items(), path.child("items"), place.item());
    }
    // Defaults of additional properties in metadata are forbidden, others cannot be reached.
    for (var property : schema.properties().entrySet()) {
      var name = property.getKey();
      if (budget >= 0) {
        visit(
            property.getValue(),
            path.child("properties").key(name),
            place.child(name, embedded && Pruning.META_FIELDS.contains(name)));
      }
    }
  }

  private void check(JsonValue value, StructuralSchema schema, FieldPath path, Place place) {
    boolean embedded = schema.extensions().embeddedResource();
    if (!place.insideMetadata() && requirePruned && !Pruning.pruned(value, schema).equals(value)) {
      errors.add(FieldError.invalid(path.text(), value, "must not have unknown fields"));
    }
    var wrong =
        place.insideMetadata() ? inMetadata(value, path, place) : onItsOwn(value, schema, path);
    if (wrong.isEmpty()) {
      wrong = ValueChecks.compile(schema).check(value, path);
    }
    errors.addAll(wrong);
    if (wrong.isEmpty()) {
      var walk = RuleWalk.of(schema, embedded, rules);
      walk.ifPresent(found -> run(found, value, path));
    }
  }

  private List<FieldError> inMetadata(JsonValue value, FieldPath path, Place place) {
    var resource = place.way().around(value);
    if (resource == null) {
      return List.of();
    }
    var why = metadataProblem(withVersion(resource), place.resource().asResource());
    return why == null
        ? List.of()
        : List.of(FieldError.invalid(path.text(), value, "must result in valid metadata: " + why));
  }

  private @Nullable String metadataProblem(JsonObject resource, StructuralSchema schema) {
    try {
      MetadataCoercion.coerce(resource, schema, FieldPath.root(), false);
    } catch (InvalidMetadataException wrong) {
      return wrong.error().text();
    }
    var found = EmbeddedResourceChecks.check(resource, schema, FieldPath.root(), metadataRules);
    if (found.isEmpty()) {
      return null;
    }
    var all = found.stream().map(FieldError::text).distinct().collect(Collectors.joining(", "));
    return found.size() == 1 ? all : "[" + all + "]";
  }

  private static JsonObject withVersion(JsonObject resource) {
    var versioned = resource;
    if (!versioned.has("kind")) {
      versioned = versioned.with("kind", new JsonString("Validation"));
    }
    return versioned.has("apiVersion")
        ? versioned
        : versioned.with("apiVersion", new JsonString("validation/v1"));
  }

  private List<FieldError> onItsOwn(JsonValue value, StructuralSchema schema, FieldPath path) {
    try {
      MetadataCoercion.coerce(value, schema, path, false);
    } catch (InvalidMetadataException wrong) {
      return List.of(wrong.error());
    }
    return EmbeddedResourceChecks.check(value, schema, path, metadataRules);
  }

  /// A default must hold when it is introduced and when it was there before: rules may tell the two
  /// apart.
  private void run(RuleWalk walk, JsonValue value, FieldPath path) {
    var unchanged = walk.run(path, value, value, null, budget);
    errors.addAll(unchanged.errors());
    long left = unchanged.budgetLeft();
    if (unchanged.errors().isEmpty()) {
      var introduced = walk.run(path, value, null, null, budget);
      errors.addAll(introduced.errors());
      left = Math.min(left, introduced.budgetLeft());
    }
    budget = left;
  }
}
