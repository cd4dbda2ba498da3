package io.kubejar.apimachinery.cel.cost;

import static io.kubejar.apimachinery.cel.cost.FunctionCost.PER_CHARACTER;
import static io.kubejar.apimachinery.cel.cost.FunctionCost.PER_REGEX_CHARACTER;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.SimpleType;
import io.kubejar.apimachinery.cel.cost.FunctionCost.Estimate;
import io.kubejar.apimachinery.cel.type.DeclType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Estimates one expression, from the leaves up: a loop costs its step times the most elements that
/// it can have.
public final class CostEstimator {
  private static final Range NEW_LIST = Range.of(10);
  private static final Range NEW_MAP = Range.of(30);
  private static final Range NEW_OBJECT = Range.of(40);

  private final CelAbstractSyntaxTree checked;
  private final SizeHints hints;
  private final FunctionCost functions;
  private final Map<Long, List<String>> paths = new HashMap<>();
  private final Map<Long, Range> sizes = new HashMap<>();
  private final Map<Long, Entries> entries = new HashMap<>();
  private final Map<String, Deque<Local>> locals = new HashMap<>();

  /// The sizes of what a list or map holds.
  private record Entries(boolean isList, Range keys, Range values) {
    Entries union(Entries other) {
      return new Entries(isList, keys.union(other.keys), values.union(other.values));
    }
  }

  /// A variable of a loop.
  private record Local(List<String> path, @Nullable Range size, @Nullable Entries entries) {}

  private CostEstimator(CelAbstractSyntaxTree checked, DeclType root) {
    this.checked = checked;
    this.hints = new SizeHints(root);
    this.functions = new FunctionCost(hints);
  }

  /// The bounds of what an evaluation costs.
  ///
  /// @param root the type of every variable at the beginning of a path
  public static Range estimate(CelAbstractSyntaxTree checked, DeclType root) {
    return new CostEstimator(checked, root).cost(checked.getExpr());
  }

  private Range cost(CelExpr expression) {
    return switch (expression.exprKind().getKind()) {
      case CONSTANT, NOT_SET -> Range.ZERO;
      case IDENT -> identifier(expression);
      case SELECT -> select(expression);
      case CALL -> call(expression);
      case LIST -> list(expression);
      case MAP -> map(expression);
      case STRUCT ->
          expression.struct().entries().stream()
              .map(entry -> cost(entry.value()))
              .reduce(NEW_OBJECT, Range::plus);
      case COMPREHENSION -> isBinding(expression) ? binding(expression) : loop(expression);
    };
  }

  private Range identifier(CelExpr expression) {
    var name = expression.ident().name();
    var local = local(name);
    paths.put(expression.id(), local == null ? List.of(name) : local.path());
    return Range.ONE;
  }

  private Range select(CelExpr expression) {
    var select = expression.select();
    var operand = select.operand();
    var cost = cost(operand);
    if (select.testOnly()) {
      return cost;
    }
    paths.put(expression.id(), FunctionCost.with(path(operand), select.field()));
    return switch (type(operand).kind()) {
      case MAP, STRUCT, TYPE_PARAM -> cost.plus(Range.ONE);
      default -> cost;
    };
  }

  private Range list(CelExpr expression) {
    var cost = NEW_LIST;
    Range sizeOfItems = null;
    for (var element : expression.list().elements()) {
      cost = cost.plus(cost(element));
      sizeOfItems = union(sizeOfItems, sizeOrUnknown(element));
    }
    entries.put(
        expression.id(),
        new Entries(true, Range.ONE, sizeOfItems == null ? Range.ZERO : sizeOfItems));
    return cost;
  }

  private Range map(CelExpr expression) {
    var cost = NEW_MAP;
    Range keys = null;
    Range values = null;
    for (var entry : expression.map().entries()) {
      cost = cost.plus(cost(entry.key())).plus(cost(entry.value()));
      keys = union(keys, sizeOrUnknown(entry.key()));
      values = union(values, sizeOrUnknown(entry.value()));
    }
    entries.put(
        expression.id(),
        new Entries(false, keys == null ? Range.ZERO : keys, values == null ? Range.ZERO : values));
    return cost;
  }

  private static Range union(@Nullable Range a, Range b) {
    return a == null ? b : a.union(b);
  }

  private Range call(CelExpr expression) {
    var call = expression.call();
    if (call.function().equals("dyn")) {
      var argument = call.args().getFirst();
      var cost = cost(argument).plus(Range.ONE);
      copySizes(expression, argument);
      return cost;
    }
    var costs = new ArrayList<Range>();
    var arguments = new ArrayList<Operand>();
    for (var argument : call.args()) {
      costs.add(cost(argument));
      arguments.add(operand(argument));
    }
    var cost = call.target().map(this::cost).orElse(Range.ZERO);
    var target = call.target().map(this::operand).orElse(null);
    Range ofCall = null;
    Range size = null;
    for (var overload : overloads(expression)) {
      var estimate = overload(expression, overload, target, arguments, costs);
      ofCall = union(ofCall, estimate.cost());
      if (estimate.size() != null) {
        size = union(size, estimate.size());
      }
      size = indexed(expression, overload, arguments, size);
    }
    if (size == null) {
      size = size(expression);
    }
    if (size != null) {
      sizes.put(expression.id(), size);
    }
    return ofCall == null ? cost : cost.plus(ofCall);
  }

  private List<String> overloads(CelExpr expression) {
    return checked
        .getReference(expression.id())
        .<List<String>>map(found -> found.overloadIds())
        .orElse(List.of());
  }

  private @Nullable Range indexed(
      CelExpr expression, String overload, List<Operand> arguments, @Nullable Range size) {
    boolean isList = overload.equals("index_list");
    if (!isList && !overload.equals("index_map")) {
      return size;
    }
    var container = arguments.getFirst();
    paths.put(
        expression.id(),
        FunctionCost.with(path(container.expression()), isList ? "@items" : "@values"));
    var held = entries(container.expression());
    return held == null ? null : held.values();
  }

  private Estimate overload(
      CelExpr expression,
      String overload,
      @Nullable Operand target,
      List<Operand> arguments,
      List<Range> costs) {
    var sum = costs.stream().reduce(Range.ZERO, Range::plus);
    var known = functions.of(expression.call().function(), overload, target, arguments);
    if (known != null) {
      return new Estimate(known.cost().plus(sum), known.size());
    }
    return switch (overload) {
      case "logical_or", "logical_and" ->
          Estimate.of(new Range(costs.get(0).min(), costs.get(0).plus(costs.get(1)).max()));
      case "conditional" -> conditional(expression, arguments, costs);
      case "add_string", "add_bytes", "add_list" -> addition(expression, overload, arguments, sum);
      default -> {
        var estimate = standard(overload, target, arguments);
        yield new Estimate(estimate.cost().plus(sum), estimate.size());
      }
    };
  }

  private Estimate conditional(CelExpr expression, List<Operand> arguments, List<Range> costs) {
    var then = entries(arguments.get(1).expression());
    var otherwise = entries(arguments.get(2).expression());
    if (then != null && otherwise != null) {
      entries.put(expression.id(), then.union(otherwise));
    }
    return new Estimate(
        costs.get(0).plus(costs.get(1).union(costs.get(2))),
        arguments.get(1).sizeOrUnknown().union(arguments.get(2).sizeOrUnknown()));
  }

  private Estimate addition(
      CelExpr expression, String overload, List<Operand> arguments, Range sum) {
    var size = arguments.get(0).sizeOrUnknown().plus(arguments.get(1).sizeOrUnknown());
    var left = entries(arguments.get(0).expression());
    var right = entries(arguments.get(1).expression());
    if (left != null && right != null) {
      entries.put(expression.id(), left.union(right));
    }
    var own = overload.equals("add_list") ? Range.ONE : size.times(PER_CHARACTER);
    return new Estimate(own.plus(sum), size);
  }

  private static Estimate standard(
      String overload, @Nullable Operand target, List<Operand> arguments) {
    return switch (overload) {
      case "string_format" ->
          target == null
              ? Estimate.of(Range.ONE)
              : Estimate.of(target.sizeOrUnknown().times(PER_CHARACTER));
      case "string_to_bytes" -> {
        var size = arguments.get(0).sizeOrUnknown();
        yield new Estimate(
            size.times(PER_CHARACTER), new Range(size.min(), Range.product(size.max(), 4)));
      }
      case "bytes_to_string" -> {
        var size = arguments.get(0).sizeOrUnknown();
        yield new Estimate(size.times(PER_CHARACTER), new Range(size.min() / 4, size.max()));
      }
      case "strings_quote" -> {
        var size = arguments.get(0).sizeOrUnknown();
        var two = Range.of(2);
        yield new Estimate(
            size.times(PER_CHARACTER),
            new Range(size.plus(two).min(), size.plus(size).plus(two).max()));
      }
      case "starts_with_string", "ends_with_string" ->
          Estimate.of(arguments.get(0).sizeOrUnknown().times(PER_CHARACTER));
      case "in_list" -> Estimate.of(arguments.get(1).sizeOrUnknown());
      case "matches_string" -> target == null ? Estimate.of(Range.ONE) : matches(target, arguments);
      case "contains_string" ->
          target == null
              ? Estimate.of(Range.ONE)
              : Estimate.of(
                  target
                      .sizeOrUnknown()
                      .times(PER_CHARACTER)
                      .times(arguments.get(0).sizeOrUnknown().times(PER_CHARACTER)));
      case "less_string",
          "greater_string",
          "less_equals_string",
          "greater_equals_string",
          "less_bytes",
          "greater_bytes",
          "less_equals_bytes",
          "greater_equals_bytes",
          "equals",
          "not_equals" -> {
        long most =
            Math.min(
                arguments.get(0).sizeOrUnknown().max(), arguments.get(1).sizeOrUnknown().max());
        yield Estimate.of(new Range(most > 0 ? 1 : 0, most).times(PER_CHARACTER));
      }
      default -> Estimate.of(Range.ONE);
    };
  }

  /// One is added so that an expensive expression on an empty text is not free.
  private static Estimate matches(Operand target, List<Operand> arguments) {
    var text = target.sizeOrUnknown().plus(Range.ONE).times(PER_CHARACTER);
    return Estimate.of(text.times(arguments.get(0).sizeOrUnknown().times(PER_REGEX_CHARACTER)));
  }

  /// A loop over nothing that only gives a value a name.
  private static boolean isBinding(CelExpr expression) {
    var loop = expression.comprehension();
    return loop.iterRange().exprKind().getKind() == CelExpr.ExprKind.Kind.LIST
        && loop.iterRange().list().elements().isEmpty()
        && loop.loopCondition().exprKind().getKind() == CelExpr.ExprKind.Kind.CONSTANT
        && loop.loopCondition().constant().getKind() == CelConstant.Kind.BOOLEAN_VALUE
        && !loop.loopCondition().constant().booleanValue()
        && !isAccumulator(loop.accuVar());
  }

  private static boolean isAccumulator(String name) {
    return name.equals("@result") || name.equals("__result__");
  }

  private Range binding(CelExpr expression) {
    var loop = expression.comprehension();
    var cost = cost(loop.iterRange()).plus(cost(loop.accuInit()));
    push(loop.accuVar(), localOf(loop.accuInit()));
    cost = cost.plus(cost(loop.result()));
    pop(loop.accuVar());
    copySizes(expression, loop.result());
    return cost;
  }

  private Range loop(CelExpr expression) {
    var loop = expression.comprehension();
    var cost = cost(loop.iterRange()).plus(cost(loop.accuInit()));
    push(loop.accuVar(), localOf(loop.accuInit()));
    boolean hasTwo = !loop.iterVar2().isEmpty();
    push(loop.iterVar(), variable(loop.iterRange(), hasTwo));
    if (hasTwo) {
      push(loop.iterVar2(), valueVariable(loop.iterRange()));
    }
    var step = cost(loop.loopCondition()).plus(cost(loop.loopStep()));
    pop(loop.iterVar());
    if (hasTwo) {
      pop(loop.iterVar2());
    }
    cost = cost.plus(cost(loop.result()));
    pop(loop.accuVar());
    var count = sizeOrUnknown(loop.iterRange());
    keepSize(expression, loop, count);
    return cost.plus(count.times(step));
  }

  private void keepSize(CelExpr expression, CelExpr.CelComprehension loop, Range count) {
    switch (loop.accuInit().exprKind().getKind()) {
      case CONSTANT -> {
        var size = size(loop.accuInit());
        if (size != null) {
          sizes.put(expression.id(), size);
        }
      }
      case LIST, MAP -> {
        sizes.put(expression.id(), count);
        var held = entries(loop.loopStep());
        if (held != null) {
          entries.put(expression.id(), held);
        }
      }
      case CALL, COMPREHENSION, IDENT, NOT_SET, SELECT, STRUCT -> {}
    }
  }

  private Local localOf(CelExpr expression) {
    return new Local(path(expression), size(expression), entries(expression));
  }

  /// The first variable of a loop: with a second one it is the place or the key.
  private Local variable(CelExpr range, boolean hasTwo) {
    var held = entries(range);
    boolean isList = held == null ? type(range).kind() == CelKind.LIST : held.isList();
    if (isList && !hasTwo) {
      return new Local(
          FunctionCost.with(path(range), "@items"), held == null ? null : held.values(), null);
    }
    return new Local(
        FunctionCost.with(path(range), isList ? "@indices" : "@keys"),
        held == null ? null : held.keys(),
        null);
  }

  private Local valueVariable(CelExpr range) {
    var held = entries(range);
    boolean isList = held == null ? type(range).kind() == CelKind.LIST : held.isList();
    return new Local(
        FunctionCost.with(path(range), isList ? "@items" : "@values"),
        held == null ? null : held.values(),
        null);
  }

  private void push(String name, Local local) {
    locals.computeIfAbsent(name, _ -> new ArrayDeque<>()).push(local);
  }

  private void pop(String name) {
    var stack = locals.get(name);
    if (stack != null) {
      stack.pop();
    }
  }

  private @Nullable Local local(String name) {
    var stack = locals.get(name);
    return stack == null ? null : stack.peek();
  }

  private Operand operand(CelExpr expression) {
    var path = path(expression);
    boolean isReachable = !path.isEmpty() && !isAccumulator(path.getFirst());
    return new Operand(
        expression, type(expression), isReachable ? path : List.of(), size(expression));
  }

  private CelType type(CelExpr expression) {
    Optional<CelType> type = checked.getType(expression.id());
    return type.orElse(SimpleType.DYN);
  }

  private List<String> path(CelExpr expression) {
    if (expression.exprKind().getKind() == CelExpr.ExprKind.Kind.IDENT) {
      var local = local(expression.ident().name());
      if (local != null) {
        return local.path();
      }
    }
    return paths.getOrDefault(expression.id(), List.of());
  }

  private Range sizeOrUnknown(CelExpr expression) {
    var size = size(expression);
    return size == null ? Range.UNKNOWN : size;
  }

  private void copySizes(CelExpr to, CelExpr from) {
    var size = size(from);
    if (size != null) {
      sizes.put(to.id(), size);
    }
    var held = entries(from);
    if (held != null) {
      entries.put(to.id(), held);
    }
  }

  private @Nullable Range size(CelExpr expression) {
    var known = sizes.get(expression.id());
    if (known != null) {
      return known;
    }
    var written = writtenSize(expression);
    if (written != null) {
      return written;
    }
    var hinted = hints.size(path(expression));
    if (hinted != null) {
      sizes.put(expression.id(), hinted);
      return hinted;
    }
    if (isScalar(type(expression))) {
      return Range.ONE;
    }
    var local =
        expression.exprKind().getKind() == CelExpr.ExprKind.Kind.IDENT
            ? local(expression.ident().name())
            : null;
    return local == null ? null : local.size();
  }

  private static @Nullable Range writtenSize(CelExpr expression) {
    return switch (expression.exprKind().getKind()) {
      case CONSTANT -> {
        var constant = expression.constant();
        yield switch (constant.getKind()) {
          case STRING_VALUE -> {
            var text = constant.stringValue();
            yield Range.of(text.codePointCount(0, text.length()));
          }
          case BYTES_VALUE -> Range.of(constant.bytesValue().size());
          default -> Range.ONE;
        };
      }
      case LIST -> Range.of(expression.list().elements().size());
      case MAP -> Range.of(expression.map().entries().size());
      case CALL, COMPREHENSION, IDENT, NOT_SET, SELECT, STRUCT -> null;
    };
  }

  private static boolean isScalar(CelType type) {
    return switch (type.kind()) {
      case BOOL, DOUBLE, DURATION, INT, TIMESTAMP, UINT -> true;
      case OPAQUE ->
          type instanceof OptionalType optional && isScalar(optional.parameters().getFirst());
      default -> false;
    };
  }

  private @Nullable Entries entries(CelExpr expression) {
    var known = entries.get(expression.id());
    if (known != null || expression.exprKind().getKind() != CelExpr.ExprKind.Kind.IDENT) {
      return known;
    }
    var local = local(expression.ident().name());
    return local == null ? null : local.entries();
  }
}
