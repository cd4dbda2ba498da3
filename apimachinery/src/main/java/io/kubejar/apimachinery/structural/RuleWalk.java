package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Runs the rules of a schema, `x-kubernetes-validations`, over a value: a node's own rules first,
/// then those inside. Only the parts of the schema that have rules are walked.
///
/// An old value follows along where it correlates: fields and values of maps by name, items of
/// lists of type map by key; inside other lists there is none.
public final class RuleWalk {
  private final StructuralSchema schema;
  private final @Nullable NodeRules rules;
  private final @Nullable RuleWalk items;
  private final Map<String, RuleWalk> properties;
  private final @Nullable RuleWalk additional;

  private RuleWalk(StructuralSchema schema, boolean resourceRoot, NodeRules.Compiler compiler) {
    this.schema = schema;
    this.rules = schema.rules().isEmpty() ? null : compiler.compile(schema, resourceRoot);
    this.items = schema.items() == null ? null : inside(schema.items(), compiler);
    var additionalSchema = schema.additionalSchema();
    this.additional = additionalSchema == null ? null : inside(additionalSchema, compiler);
    this.properties = new LinkedHashMap<>();
    schema
        .properties()
        .forEach(
            (name, property) -> {
              var walk = inside(property, compiler);
              if (walk != null) {
                properties.put(name, walk);
              }
            });
  }

  /// The rules of a schema, if it has any.
  ///
  /// @param resourceRoot whether the schema is that of a resource
  public static Optional<RuleWalk> of(
      StructuralSchema schema, boolean resourceRoot, NodeRules.Compiler compiler) {
    var walk = new RuleWalk(schema, resourceRoot, compiler);
    return walk.isEmpty() ? Optional.empty() : Optional.of(walk);
  }

  private static @Nullable RuleWalk inside(StructuralSchema schema, NodeRules.Compiler compiler) {
    return of(schema, schema.extensions().embeddedResource(), compiler).orElse(null);
  }

  private boolean isEmpty() {
    return rules == null && items == null && additional == null && properties.isEmpty();
  }

  /// Runs all rules.
  ///
  /// @param old what the value was; null on create
  /// @param correlation of both, if errors of what has not changed are forgiven
  /// @param budget the cost units that all rules together may use
  public NodeRules.Outcome run(
      FieldPath path,
      JsonValue value,
      @Nullable JsonValue old,
      @Nullable Correlation correlation,
      long budget) {
    var run = new Run(budget);
    run.visit(this, path, value, old, new Ratchet(correlation, null));
    return new NodeRules.Outcome(run.errors, run.warnings, run.budget);
  }

  /// Where the walk is in the correlation.
  ///
  /// @param here null where nothing correlates
  /// @param around the node above; below what does not correlate, the last one that does
  private record Ratchet(@Nullable Correlation here, @Nullable Correlation around) {

    boolean unchanged() {
      if (here != null) {
        return here.unchanged();
      }
      return around != null && around.unchanged();
    }

    Ratchet child(String name) {
      if (here == null) {
        return this;
      }
      // Both objects were converted to one version, so a change of it cannot be seen.
      return around == null && (name.equals("apiVersion") || name.equals("kind"))
          ? new Ratchet(null, null)
          : new Ratchet(here.child(name), here);
    }

    Ratchet item(int index) {
      return here == null ? this : new Ratchet(here.item(index), here);
    }
  }

  private static final class Run {
    private final List<FieldError> errors = new ArrayList<>();
    private final List<FieldError> warnings = new ArrayList<>();
    private long budget;

    Run(long budget) {
      this.budget = budget;
    }

    void visit(
        RuleWalk walk,
        FieldPath path,
        JsonValue value,
        @Nullable JsonValue oldValue,
        Ratchet ratchet) {
      if (budget < 0 || value instanceof JsonNull) {
        return;
      }
      var old = oldValue instanceof JsonNull ? null : oldValue;
      if (walk.rules != null) {
        take(walk.rules.evaluate(new NodeRules.Call(path, value, old, ratchet::unchanged, budget)));
      }
      switch (value) {
        case JsonObject object -> visitFields(walk, path, object, old, ratchet);
        case JsonArray array -> visitItems(walk, path, array, old, ratchet);
        case JsonString _, JsonNumber _, JsonBoolean _, JsonNull _ -> {}
      }
    }

    private void take(NodeRules.Outcome outcome) {
      errors.addAll(outcome.errors());
      warnings.addAll(outcome.warnings());
      budget = outcome.budgetLeft();
    }

    private void visitFields(
        RuleWalk walk,
        FieldPath path,
        JsonObject object,
        @Nullable JsonValue old,
        Ratchet ratchet) {
      if (walk.additional == null && walk.properties.isEmpty()) {
        return;
      }
      var oldFields = old instanceof JsonObject before ? before : JsonObject.EMPTY;
      for (var field : object.fields().entrySet()) {
        var name = field.getKey();
        var inside = walk.properties.get(name);
        var step = inside == null ? path.key(name) : path.child(name);
        var next = inside == null ? walk.additional : inside;
        if (next != null) {
          visit(next, step, field.getValue(), oldFields.get(name), ratchet.child(name));
        }
      }
    }

    private void visitItems(
        RuleWalk walk, FieldPath path, JsonArray array, @Nullable JsonValue old, Ratchet ratchet) {
      if (walk.items == null) {
        return;
      }
      var oldItems = MapListIndex.of(walk.schema, old);
      for (int i = 0; i < array.size(); i++) {
        var item = array.get(i);
        visit(walk.items, path.index(i), item, oldItems.find(item), ratchet.item(i));
      }
    }
  }
}
