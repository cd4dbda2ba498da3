package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apimachinery.validation.FieldPath;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The compiled rules of one node of a schema. [RuleWalk] calls it for every value of that node.
@FunctionalInterface
public interface NodeRules {

  Outcome evaluate(Call call);

  /// What the rules are asked about.
  ///
  /// @param self never JSON's null
  /// @param oldSelf what the value was before; null if there was nothing, or nothing that
  ///   correlates. Rules that use `oldSelf` without it being optional are skipped then
  /// @param unchanged whether the errors of rules without `oldSelf` are only warnings, because the
  ///   value (or the nearest part around it that correlates) has not changed
  /// @param budget the cost units left for all rules of the object
  record Call(
      FieldPath path,
      JsonValue self,
      @Nullable JsonValue oldSelf,
      BooleanSupplier unchanged,
      long budget) {}

  /// What the rules found.
  ///
  /// @param warnings errors that an unchanged value is forgiven
  /// @param budgetLeft negative if no further rule may run
  record Outcome(List<FieldError> errors, List<FieldError> warnings, long budgetLeft) {
    public Outcome {
      errors = List.copyOf(errors);
      warnings = List.copyOf(warnings);
    }
  }

  /// Makes the rules of a node ready to run. Called once per node of a schema that has rules.
  @FunctionalInterface
  interface Compiler {
    /// @param schema the node, with its rules
    /// @param resourceRoot whether it is a resource, which has apiVersion, kind and metadata even
    ///   where the schema does not say so
    NodeRules compile(StructuralSchema schema, boolean resourceRoot);
  }
}
