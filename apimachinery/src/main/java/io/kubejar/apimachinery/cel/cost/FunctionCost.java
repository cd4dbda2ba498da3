package io.kubejar.apimachinery.cel.cost;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the functions of Kubernetes and of the extensions cost by the sizes of their arguments.
final class FunctionCost {
  static final double PER_CHARACTER = 0.1;
  static final double PER_REGEX_CHARACTER = 0.25;
  private static final double FORMAT_REGEX = 128 * PER_REGEX_CHARACTER;
  private static final Range NEW_LIST = Range.of(10);
  private static final double REQUIREMENTS_PER_CHARACTER = 0.5;
  private static final double PER_REQUIREMENT = 50;

  /// The bytes of an address.
  private static final Range ADDRESS = new Range(4, 16);

  /// @param cost of the call without its arguments
  /// @param size of the result; null if it has none or nothing is known
  record Estimate(Range cost, @Nullable Range size) {
    static Estimate of(Range cost) {
      return new Estimate(cost, null);
    }
  }

  private final SizeHints hints;

  FunctionCost(SizeHints hints) {
    this.hints = hints;
  }

  /// The cost of one form of a function; null if only the language's own rules apply.
  @Nullable Estimate of(
      String function, String overload, @Nullable Operand target, List<Operand> arguments) {
    var ofList = ofListFunction(overload, target, arguments);
    return ofList != null ? ofList : ofKubernetes(function, overload, target, arguments);
  }

  private static @Nullable Estimate ofListFunction(
      String overload, @Nullable Operand target, List<Operand> arguments) {
    if (overload.startsWith("list_sets_")) {
      return ofSets(arguments, overload.equals("list_sets_equivalent_list") ? 2 : 1);
    }
    if (overload.equals("lists_range")) {
      return allocating(1, Range.of(literal(arguments.get(0), Long.MAX_VALUE)));
    }
    if (target == null) {
      return null;
    }
    var size = target.sizeOrUnknown();
    return switch (overload) {
      case "list_slice" -> {
        long start = literal(arguments.get(0), 0);
        long end = literal(arguments.get(1), size.max());
        yield allocating(1, Range.of(Math.max(0, end - start)));
      }
      case "list_reverse", "list_flatten" -> allocating(1, size);
      case "list_flatten_int" ->
          allocating((double) literal(arguments.get(0), Long.MAX_VALUE), size);
      case "list_distinct" -> allocating(2, size.times(size));
      case String id when id.endsWith("_sortByAssociatedKeys") -> ofSort(id, arguments.get(0));
      case String id when id.startsWith("list_") && id.endsWith("_sort") -> ofSort(id, target);
      default -> null;
    };
  }

  private static Estimate ofSets(List<Operand> arguments, double factor) {
    var pairs = arguments.get(0).sizeOrUnknown().times(arguments.get(1).sizeOrUnknown());
    return Estimate.of(pairs.times(factor).plus(Range.ONE));
  }

  private static Estimate ofSort(String overload, Operand keys) {
    var size = keys.sizeOrUnknown();
    boolean isText = overload.startsWith("list_string_") || overload.startsWith("list_bytes_");
    return allocating(isText ? 2 + PER_CHARACTER : 2, size.times(size));
  }

  private static Estimate allocating(double factor, Range size) {
    return new Estimate(size.times(factor).plus(Range.ONE).plus(NEW_LIST), size);
  }

  private static long literal(Operand argument, long otherwise) {
    var expression = argument.expression();
    return expression.exprKind().getKind() == CelExpr.ExprKind.Kind.CONSTANT
            && expression.constant().getKind() == CelConstant.Kind.INT64_VALUE
        ? Math.max(0, expression.constant().int64Value())
        : otherwise;
  }

  private @Nullable Estimate ofKubernetes(
      String function, String overload, @Nullable Operand target, List<Operand> arguments) {
    if (function.equals("_==_")) {
      return equality(arguments);
    }
    if (function.equals("check")) {
      return Estimate.of(Range.of(350_000));
    }
    if (NOMINAL.contains(function) || overload.equals("cidr_ip")) {
      return Estimate.of(Range.ONE);
    }
    if (target == null) {
      return arguments.isEmpty() ? null : ofGlobal(function, arguments.get(0));
    }
    return ofMember(function, overload, target, arguments);
  }

  private static final java.util.Set<String> NOMINAL =
      java.util.Set.of(
          "serviceAccount",
          "path",
          "group",
          "resource",
          "subresource",
          "namespace",
          "name",
          "allowed",
          "reason",
          "error",
          "errored",
          "format.named",
          "sign",
          "asInteger",
          "isInteger",
          "asApproximateFloat",
          "isGreaterThan",
          "isLessThan",
          "compareTo",
          "add",
          "sub",
          "major",
          "minor",
          "patch",
          "masked",
          "prefixLength",
          "family",
          "isUnspecified",
          "isLoopback",
          "isLinkLocalMulticast",
          "isLinkLocalUnicast",
          "isGlobalUnicast",
          "getScheme",
          "getHostname",
          "getHost",
          "getPort",
          "getEscapedPath",
          "getQuery");

  private static @Nullable Estimate ofGlobal(String function, Operand argument) {
    return switch (function) {
      case "url", "jsonpatch.escapeKey" -> perCharacter(argument, true);
      case "cidr", "isIP", "isCIDR", "quantity", "isQuantity", "semver", "isSemver", "ip" ->
          perCharacter(argument, false);
      case "ip.isCanonical" -> Estimate.of(argument.sizeOrUnknown().times(2 * PER_CHARACTER));
      default -> null;
    };
  }

  private @Nullable Estimate ofMember(
      String function, String overload, Operand target, List<Operand> arguments) {
    return switch (function) {
      case "isSorted", "sum", "max", "min", "indexOf", "lastIndexOf" -> traversal(target);
      case "lowerAscii", "upperAscii", "substring", "trim" -> perCharacter(target, true);
      case "fieldSelector", "labelSelector" -> selector(arguments.get(0).sizeOrUnknown());
      case "replace" -> replace(target, arguments);
      case "split" -> split(target, arguments);
      case "join" -> join(target, arguments);
      case "find", "findAll" -> find(target, arguments);
      case "containsIP", "containsCIDR" -> contains(overload, arguments.get(0));
      case "validate" ->
          Estimate.of(arguments.get(0).sizeOrUnknown().times(PER_CHARACTER).times(FORMAT_REGEX));
      default -> null;
    };
  }

  private static Estimate selector(Range length) {
    return Estimate.of(
        NEW_LIST
            .plus(length.times(PER_CHARACTER))
            .plus(length.times(REQUIREMENTS_PER_CHARACTER).times(PER_REQUIREMENT)));
  }

  private Estimate traversal(Operand target) {
    if (!target.isList()) {
      return Estimate.of(target.sizeOrUnknown().times(PER_CHARACTER));
    }
    var element = target.type().parameters().getFirst();
    var cost = Range.ONE;
    if (element.kind() == CelKind.STRING || element.kind() == CelKind.BYTES) {
      cost = cost.plus(elementSize(target).times(PER_CHARACTER));
    }
    return Estimate.of(target.sizeOrUnknown().times(cost));
  }

  private Range elementSize(Operand list) {
    var size = list.path().isEmpty() ? null : hints.size(with(list.path(), "@items"));
    return size == null ? Range.UNKNOWN : size;
  }

  static List<String> with(List<String> path, String step) {
    var longer = new ArrayList<>(path);
    longer.add(step);
    return longer;
  }

  private static Estimate perCharacter(Operand text, boolean keepsSize) {
    var size = text.sizeOrUnknown();
    return new Estimate(size.times(PER_CHARACTER), keepsSize ? size : null);
  }

  /// The result is longest if the shortest text is replaced by the longest, and the reverse.
  private static Estimate replace(Operand target, List<Operand> arguments) {
    var size = target.sizeOrUnknown();
    var old = arguments.get(0).sizeOrUnknown();
    var with = arguments.get(1).sizeOrUnknown();
    long most = 0;
    long kept = 0;
    if (old.min() == 0) {
      most = Range.ONE.plus(size).max();
      kept = size.max();
    } else if (with.max() <= old.min()) {
      kept = size.max();
    } else {
      most = Math.ceilDiv(size.max(), old.min());
    }
    long fewest = 0;
    long keptAtLeast = 0;
    if (old.max() == 0) {
      fewest = Range.ONE.plus(size).min();
      keptAtLeast = size.min();
    } else if (old.max() <= with.min()) {
      keptAtLeast = size.min();
    } else {
      fewest = Math.ceilDiv(size.min(), old.max());
    }
    var result = new Range(fewest, most).times(with).plus(new Range(keptAtLeast, kept));
    return new Estimate(size.times(2 * PER_CHARACTER), result);
  }

  private static Estimate split(Operand target, List<Operand> arguments) {
    var size = target.sizeOrUnknown();
    long most = arguments.size() > 1 ? literal(arguments.get(1), size.max()) : size.max();
    return new Estimate(size.times(2 * PER_CHARACTER), new Range(0, most));
  }

  private Estimate join(Operand target, List<Operand> arguments) {
    var length = target.sizeOrUnknown();
    var size = length.times(elementSize(target));
    if (!arguments.isEmpty()) {
      var gaps = new Range(Math.max(0, length.min() - 1), Math.max(0, length.max() - 1));
      size = size.plus(arguments.get(0).sizeOrUnknown().times(gaps));
    }
    return new Estimate(size.times(PER_CHARACTER), size);
  }

  private static Estimate find(Operand target, List<Operand> arguments) {
    var size = target.sizeOrUnknown();
    var text = size.plus(Range.ONE).times(PER_CHARACTER);
    var regex = arguments.get(0).sizeOrUnknown().times(PER_REGEX_CHARACTER);
    return new Estimate(text.times(regex), new Range(0, size.max()));
  }

  private static Estimate contains(String overload, Operand part) {
    var cost = ADDRESS.plus(ADDRESS).times(PER_CHARACTER);
    if (overload.startsWith("cidr_contains_cidr")) {
      cost = cost.plus(ADDRESS.times(PER_CHARACTER)).plus(Range.ONE);
    }
    return Estimate.of(
        overload.endsWith("_string") ? cost.plus(part.sizeOrUnknown().times(PER_CHARACTER)) : cost);
  }

  private static @Nullable Estimate equality(List<Operand> arguments) {
    var name = arguments.get(0).type().name();
    if (!name.equals(arguments.get(1).type().name())) {
      return null;
    }
    return switch (name) {
      case "net.IP", "net.CIDR", "kubernetes.Quantity", "kubernetes.Semver" ->
          Estimate.of(Range.ONE);
      case "kubernetes.NamedFormat" -> Estimate.of(new Range(1, 64).times(PER_CHARACTER));
      case "kubernetes.URL" -> {
        var size = arguments.get(1).size();
        yield Estimate.of(new Range(1, size == null ? 1 : size.max()).times(PER_CHARACTER));
      }
      case String authorization when authorization.startsWith("kubernetes.authorization.") ->
          Estimate.of(Range.ONE);
      default -> null;
    };
  }
}
