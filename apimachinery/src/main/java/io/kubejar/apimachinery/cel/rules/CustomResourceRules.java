package io.kubejar.apimachinery.cel.rules;

import io.kubejar.apimachinery.structural.NodeRules;
import io.kubejar.apimachinery.structural.RuleLanguage;
import io.kubejar.apimachinery.structural.StructuralSchema;
import io.kubejar.apimachinery.validation.FieldError;
import java.util.List;

/// The rules of custom resources in CEL: checked when a schema is written, run when an object is.
public final class CustomResourceRules implements RuleLanguage {

  /// The cost that all rules together may have when an object is written.
  public static final long BUDGET = 10_000_000;

  @Override
  public NodeRules compile(StructuralSchema schema, boolean resourceRoot) {
    var type = SchemaTypes.of(schema, resourceRoot).orElse(null);
    if (type == null) {
      return call ->
          new NodeRules.Outcome(
              List.of(
                  FieldError.invalid(
                      call.path().text(),
                      schema.type(),
                      "rule compiler initialization error: failed to convert to declType for CEL"
                          + " validation rules")),
              List.of(),
              call.budget());
    }
    var rules = RuleCompiler.compile(schema, type);
    var whole = resourceRoot ? SchemaTypes.withMetadata(schema) : schema;
    return call -> new NodeRun(whole, call).run(rules);
  }

  @Override
  public List<FieldError> check(Request request) {
    return new RuleChecks(request).run();
  }
}
