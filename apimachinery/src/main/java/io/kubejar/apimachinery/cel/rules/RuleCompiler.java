package io.kubejar.apimachinery.cel.rules;

import dev.cel.common.types.OptionalType;
import io.kubejar.apimachinery.cel.CompilationException;
import io.kubejar.apimachinery.cel.CompiledExpression;
import io.kubejar.apimachinery.cel.Environment;
import io.kubejar.apimachinery.cel.Environments;
import io.kubejar.apimachinery.cel.type.DeclType;
import io.kubejar.apimachinery.cel.type.Scalar;
import io.kubejar.apimachinery.structural.SchemaPath;
import io.kubejar.apimachinery.structural.StructuralSchema;
import io.kubejar.apimachinery.structural.ValidationRule;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Compiles the rules of one node of a schema.
final class RuleCompiler {
  static final String SELF = "self";
  static final String OLD_SELF = "oldSelf";

  /// What upstream puts a number behind; no expression can see it.
  private static final String TYPE_NAME = "selfType";

  private final StructuralSchema schema;
  private final DeclType type;
  private final Environment withOldSelf;
  private final Environment withOptionalOldSelf;

  private RuleCompiler(StructuralSchema schema, DeclType type) {
    this.schema = schema;
    this.type = type;
    var named = type.named(TYPE_NAME);
    var base = Environments.base().with(SELF, named);
    this.withOldSelf = base.with(OLD_SELF, named);
    this.withOptionalOldSelf = base.with(OLD_SELF, Scalar.of(OptionalType.create(named.celType())));
  }

  static List<CompiledRule> compile(StructuralSchema schema, DeclType type) {
    var compiler = new RuleCompiler(schema, type);
    return schema.rules().stream().map(compiler::compile).toList();
  }

  private CompiledRule compile(ValidationRule rule) {
    if (rule.rule().isBlank()) {
      return failed(rule, null);
    }
    var environment =
        Boolean.TRUE.equals(rule.optionalOldSelf()) ? withOptionalOldSelf : withOldSelf;
    var compiled =
        attempt(environment, rule.rule(), Scalar.BOOL, "cel expression must evaluate to a bool");
    if (compiled.expression() == null) {
      return failed(rule, compiled.error());
    }
    var message = Attempt.NONE;
    if (!rule.messageExpression().isEmpty()) {
      message =
          attempt(
                  environment,
                  rule.messageExpression(),
                  Scalar.STRING,
                  "messageExpression must evaluate to a string")
              .map(error -> error.startsWith("compilation") ? "messageExpression " + error : error);
    }
    return new CompiledRule(
        rule,
        compiled.expression(),
        null,
        message.expression(),
        message.error(),
        compiled.expression().uses(OLD_SELF),
        compiled.expression().maxCost(type),
        message.expression() == null ? 0 : message.expression().maxCost(type),
        fieldPath(rule));
  }

  private static CompiledRule failed(ValidationRule rule, @Nullable String error) {
    return new CompiledRule(rule, null, error, null, null, false, 0, 0, "");
  }

  private String fieldPath(ValidationRule rule) {
    try {
      return rule.fieldPath().isEmpty()
          ? ""
          : SchemaPath.resolve(rule.fieldPath(), schema, true).path().text();
    } catch (SchemaPath.InvalidPathException _) {
      return ""; // Refused when the schema was written; until then the error is the value's own.
    }
  }

  /// An expression or why there is none.
  private record Attempt(@Nullable CompiledExpression expression, @Nullable String error) {
    private static final Attempt NONE = new Attempt(null, null);

    Attempt map(Function<String, String> change) {
      return error == null ? this : new Attempt(expression, change.apply(error));
    }
  }

  private static Attempt attempt(
      Environment environment, String source, DeclType wanted, String wrongType) {
    try {
      return new Attempt(environment.compile(source, wanted), null);
    } catch (CompilationException e) {
      var message = e.getMessage();
      return new Attempt(null, message.startsWith("must evaluate") ? wrongType : message);
    }
  }
}
