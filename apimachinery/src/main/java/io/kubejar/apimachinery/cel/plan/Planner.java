package io.kubejar.apimachinery.cel.plan;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.TypeType;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.cel.library.Dispatch;
import io.kubejar.apimachinery.cel.plan.Literals.Constant;
import io.kubejar.apimachinery.cel.plan.Literals.Entry;
import io.kubejar.apimachinery.cel.value.BoolValue;
import io.kubejar.apimachinery.cel.value.BytesValue;
import io.kubejar.apimachinery.cel.value.DoubleValue;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.IntValue;
import io.kubejar.apimachinery.cel.value.ListValue;
import io.kubejar.apimachinery.cel.value.NullValue;
import io.kubejar.apimachinery.cel.value.PlainMap;
import io.kubejar.apimachinery.cel.value.StringValue;
import io.kubejar.apimachinery.cel.value.TypeValue;
import io.kubejar.apimachinery.cel.value.UintValue;
import io.kubejar.apimachinery.cel.value.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes a [Plan] of a checked expression. What is constant is worked out here, as upstream does,
/// and so costs nothing when the expression is evaluated.
public final class Planner {
  /// A plan is made without variables and without a bound that constants could reach.
  private static final Frame NOTHING = new Frame(_ -> null, 0, new Meter(Long.MAX_VALUE));

  private static final Set<String> CONVERSIONS =
      Set.of(
          "bool",
          "bytes",
          "double",
          "duration",
          "dyn",
          "int",
          "string",
          "timestamp",
          "type",
          "uint");

  private final CelAbstractSyntaxTree checked;
  private final Dispatch dispatch;

  /// Names of loop variables in reach, with their slots.
  private final Map<String, Integer> scope = new HashMap<>();

  private int slots;

  private Planner(CelAbstractSyntaxTree checked, Dispatch dispatch) {
    this.checked = checked;
    this.dispatch = dispatch;
  }

  public static Plan plan(CelAbstractSyntaxTree checked, Dispatch dispatch) {
    var planner = new Planner(checked, dispatch);
    var root = planner.node(checked.getExpr());
    return new Plan(root, planner.slots);
  }

  private Node node(CelExpr expression) {
    return switch (expression.exprKind().getKind()) {
      case CONSTANT -> new Constant(value(expression.constant()));
      case IDENT -> identifier(expression.id(), expression.ident().name());
      case SELECT -> select(expression);
      case CALL -> call(expression);
      case LIST -> list(expression.list());
      case MAP -> map(expression.map());
      case STRUCT -> object(expression.struct());
      case COMPREHENSION -> fold(expression.comprehension());
      case NOT_SET -> throw new IllegalArgumentException("an expression without kind");
    };
  }

  private static Value value(CelConstant constant) {
    return switch (constant.getKind()) {
      case NULL_VALUE -> NullValue.NULL;
      case BOOLEAN_VALUE -> BoolValue.of(constant.booleanValue());
      case INT64_VALUE -> new IntValue(constant.int64Value());
      case UINT64_VALUE -> new UintValue(constant.uint64Value().longValue());
      case DOUBLE_VALUE -> new DoubleValue(constant.doubleValue());
      case STRING_VALUE -> new StringValue(constant.stringValue());
      case BYTES_VALUE -> new BytesValue(Bytes.of(constant.bytesValue().toByteArray()));
      case DURATION_VALUE, TIMESTAMP_VALUE, NOT_SET ->
          throw new IllegalArgumentException("no literal of this kind: " + constant.getKind());
    };
  }

  private Node identifier(long id, String name) {
    var slot = scope.get(name);
    if (slot != null) {
      return new Paths.Slot(slot, 1);
    }
    var reference = checked.getReference(id);
    var known = reference.map(found -> found.name()).orElse(name);
    return checked.getType(id).orElse(null) instanceof TypeType type
            && type.type().name().equals(known)
        ? new Constant(new TypeValue(known))
        : isTypeName(known) ? new Constant(new TypeValue(known)) : new Paths.Variable(known, 1);
  }

  private static boolean isTypeName(String name) {
    return switch (name) {
      case "list", "map", "null_type", "optional_type", "type" -> true;
      default -> false;
    };
  }

  private Node select(CelExpr expression) {
    var select = expression.select();
    if (checked.getReference(expression.id()).isPresent()) {
      return identifier(expression.id(), checked.getReferenceOrThrow(expression.id()).name());
    }
    var from = node(select.operand());
    var name = new StringValue(select.field());
    return select.testOnly()
        ? new Paths.Presence(from, name)
        : step(from, new Constant(name), 1, false);
  }

  /// @param cost of the step itself
  private static Paths.Step step(Node from, Node key, int cost, boolean isOptional) {
    return new Paths.Step(from, key, from instanceof Path ? 0 : 1, cost, isOptional);
  }

  private Node call(CelExpr expression) {
    var call = expression.call();
    var arguments = new ArrayList<Node>();
    call.target().ifPresent(target -> arguments.add(node(target)));
    call.args().forEach(argument -> arguments.add(node(argument)));
    var special = special(call.function(), arguments);
    if (special != null) {
      return special;
    }
    var overloads = checked.getReference(expression.id()).map(found -> found.overloadIds());
    var overload = overloads.filter(ids -> ids.size() == 1).map(ids -> ids.getFirst()).orElse("");
    return optimized(new Call(call.function(), overload, List.copyOf(arguments), dispatch));
  }

  /// Operators with rules of their own; null for plain functions.
  private static @Nullable Node special(String function, List<Node> arguments) {
    return switch (function) {
      case "_&&_" -> new Logic.Junction(arguments.get(0), arguments.get(1), BoolValue.FALSE);
      case "_||_" -> new Logic.Junction(arguments.get(0), arguments.get(1), BoolValue.TRUE);
      case "_?_:_" -> Choice.of(arguments.get(0), arguments.get(1), arguments.get(2));
      case "@not_strictly_false" -> new Logic.NotStrictlyFalse(arguments.get(0));
      case "_[_]" -> index(arguments.get(0), arguments.get(1), false);
      case "_[?_]" -> index(arguments.get(0), arguments.get(1), true);
      case "_?._" -> step(arguments.get(0), arguments.get(1), 1, true);
      case "or" ->
          arguments.size() == 2
              ? new Logic.OrElse(arguments.get(0), arguments.get(1), false)
              : null;
      case "orValue" -> new Logic.OrElse(arguments.get(0), arguments.get(1), true);
      default -> null;
    };
  }

  /// A place that is itself a path pays for its own beginning; all others are charged for.
  private static Node index(Node from, Node key, boolean isOptional) {
    return step(from, key, key instanceof Path && !(key instanceof Choice) ? 0 : 1, isOptional);
  }

  private static Node optimized(Call call) {
    if (call.overload().equals("in_list")
        && call.arguments().get(1) instanceof Constant(ListValue list)) {
      return list.length() == 0
          ? new Constant(BoolValue.FALSE)
          : new Membership(call.arguments().getFirst(), members(list));
    }
    if (call.arguments().size() == 1
        && CONVERSIONS.contains(call.function())
        && call.arguments().getFirst() instanceof Constant) {
      var converted = call.evaluate(NOTHING);
      return converted instanceof ErrorValue ? call : new Constant(converted);
    }
    return call;
  }

  private static PlainMap members(ListValue list) {
    var members = new LinkedHashMap<Value, Value>();
    list.elements().forEach(element -> members.put(element, BoolValue.TRUE));
    return PlainMap.of(members);
  }

  private Node list(CelExpr.CelList list) {
    var elements = list.elements().stream().map(this::node).toList();
    var node = new Literals.NewList(elements, new HashSet<>(list.optionalIndices()));
    return elements.stream().allMatch(Constant.class::isInstance)
            && list.optionalIndices().isEmpty()
        ? new Constant(node.evaluate(NOTHING))
        : node;
  }

  private Node map(CelExpr.CelMap map) {
    var entries =
        map.entries().stream()
            .map(entry -> new Entry(node(entry.key()), node(entry.value()), entry.optionalEntry()))
            .toList();
    var node = new Literals.NewMap(entries);
    boolean isConstant =
        entries.stream()
            .allMatch(
                entry ->
                    entry.key() instanceof Constant
                        && entry.value() instanceof Constant
                        && !entry.isOptional());
    return isConstant ? new Constant(node.evaluate(NOTHING)) : node;
  }

  private Node object(CelExpr.CelStruct struct) {
    return new Literals.NewObject(
        struct.messageName(),
        struct.entries().stream()
            .map(
                entry ->
                    new Entry(
                        new Constant(new StringValue(entry.fieldKey())),
                        node(entry.value()),
                        entry.optionalEntry()))
            .toList());
  }

  private Node fold(CelExpr.CelComprehension loop) {
    var range = node(loop.iterRange());
    var start = node(loop.accuInit());
    int result = slots++;
    int variable = slots++;
    int second = loop.iterVar2().isEmpty() ? -1 : slots++;
    var hidden = new HashMap<String, @Nullable Integer>();
    hide(loop.accuVar(), result, hidden);
    var outcome = node(loop.result());
    hide(loop.iterVar(), variable, hidden);
    if (second >= 0) {
      hide(loop.iterVar2(), second, hidden);
    }
    var condition = node(loop.loopCondition());
    var step = node(loop.loopStep());
    hidden.forEach(this::restore);
    return new Fold(range, variable, second, result, start, condition, step, outcome);
  }

  private void hide(String name, int slot, Map<String, @Nullable Integer> hidden) {
    hidden.putIfAbsent(name, scope.put(name, slot));
  }

  private void restore(String name, @Nullable Integer slot) {
    if (slot == null) {
      scope.remove(name);
    } else {
      scope.put(name, slot);
    }
  }
}
