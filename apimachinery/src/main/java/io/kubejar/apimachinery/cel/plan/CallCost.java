package io.kubejar.apimachinery.cel.plan;

import io.kubejar.apimachinery.cel.value.BytesValue;
import io.kubejar.apimachinery.cel.value.IntValue;
import io.kubejar.apimachinery.cel.value.ListValue;
import io.kubejar.apimachinery.cel.value.MapValue;
import io.kubejar.apimachinery.cel.value.OpaqueValue;
import io.kubejar.apimachinery.cel.value.OptionalValue;
import io.kubejar.apimachinery.cel.value.StringValue;
import io.kubejar.apimachinery.cel.value.Value;
import java.util.Set;

/// What a call has cost, by the sizes of its arguments: the rules of cel-go's cost tracker and of
/// Kubernetes' cost estimator.
final class CallCost {
  static final long LIST = 10;
  static final long MAP = 30;
  static final long OBJECT = 40;

  private static final double PER_CHARACTER = 0.1;
  private static final double PER_REGEX_CHARACTER = 0.25;

  /// Two checks per expression and no more.
  private static final long ACCESS_CHECK = 350_000;

  /// Upstream does not look into the regular expressions of its formats.
  private static final int FORMAT_REGEX = 128;

  private static final double REQUIREMENTS_PER_CHARACTER = 0.5;

  private static final Set<String> KNOWN_BEFORE =
      Set.of(
          "sort",
          "@sortByAssociatedKeys",
          "distinct",
          "sets.contains",
          "sets.equivalent",
          "sets.intersects",
          "matches",
          "find",
          "findAll",
          "check",
          "contains");

  /// They cost the same whatever they are given.
  private static final Set<String> CHEAP =
      Set.of(
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
          "masked",
          "prefixLength",
          "family",
          "isUnspecified",
          "isLoopback",
          "isLinkLocalMulticast",
          "isLinkLocalUnicast",
          "isGlobalUnicast",
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
          "getScheme",
          "getHostname",
          "getHost",
          "getPort",
          "getEscapedPath",
          "getQuery");

  /// They read their first argument once.
  private static final Set<String> PER_TEXT =
      Set.of(
          "url",
          "lowerAscii",
          "upperAscii",
          "substring",
          "trim",
          "jsonpatch.escapeKey",
          "cidr",
          "isIP",
          "isCIDR",
          "quantity",
          "isQuantity",
          "semver",
          "isSemver");

  private CallCost() {}

  /// Whether the cost of a function does not depend on its result.
  static boolean isKnownBefore(String function) {
    return KNOWN_BEFORE.contains(function);
  }

  static long of(String function, String overload, Value[] arguments, Value result) {
    long byOverload = ofListFunction(overload, arguments, result);
    if (byOverload >= 0) {
      return byOverload;
    }
    long ofKubernetes = ofKubernetes(function, overload, arguments, result);
    return ofKubernetes >= 0 ? ofKubernetes : ofStandard(overload, arguments);
  }

  /// The cost of lists' and sets' extensions, below zero for all others.
  private static long ofListFunction(String overload, Value[] arguments, Value result) {
    return switch (overload) {
      case "list_slice", "lists_range", "list_reverse" -> allocating(1, size(result));
      case "list_flatten" -> allocating(1, size(arguments[0]));
      case "list_flatten_int" ->
          arguments[1] instanceof IntValue(long depth)
              ? allocating((double) depth, size(arguments[0]))
              : -1;
      case "list_distinct" -> selfCompare(arguments[0]);
      case "list_sets_contains_list", "list_sets_intersects_list" ->
          1 + size(arguments[0]) * size(arguments[1]);
      case "list_sets_equivalent_list" -> 1 + 2 * size(arguments[0]) * size(arguments[1]);
      case String id when id.endsWith("_sortByAssociatedKeys") -> selfCompare(arguments[1]);
      case String id when id.startsWith("list_") && id.endsWith("_sort") ->
          selfCompare(arguments[0]);
      default -> -1;
    };
  }

  private static long allocating(double factor, long size) {
    return (long) (size * factor) + 1 + LIST;
  }

  private static long selfCompare(Value value) {
    long size = size(value);
    boolean isText =
        value instanceof ListValue list
            && list.length() > 0
            && (list.get(0) instanceof StringValue || list.get(0) instanceof BytesValue);
    return allocating(isText ? 2 + PER_CHARACTER : 2, size * size);
  }

  /// The cost of Kubernetes' functions and of those it has an opinion on, below zero for all
  /// others.
  private static long ofKubernetes(
      String function, String overload, Value[] arguments, Value result) {
    int count = arguments.length;
    if (CHEAP.contains(function)) {
      return 1;
    }
    if (PER_TEXT.contains(function)) {
      return count >= 1 ? perCharacter(size(arguments[0])) : -1;
    }
    return switch (function) {
      case "check" -> ACCESS_CHECK;
      case "fieldSelector", "labelSelector" -> count >= 2 ? selector(size(arguments[1])) : -1;
      case "isSorted", "sum", "max", "min", "indexOf", "lastIndexOf" ->
          count > 0 ? traversal(arguments[0]) : 0;
      case "replace", "split" -> count >= 1 ? perCharacter(2 * size(arguments[0])) : -1;
      case "join" -> count >= 1 ? perCharacter(2 * size(result)) : -1;
      case "find", "findAll" -> count >= 2 ? regex(size(arguments[0]), size(arguments[1])) : -1;
      case "ip" ->
          count < 1 ? -1 : overload.equals("cidr_ip") ? 1 : perCharacter(size(arguments[0]));
      case "ip.isCanonical" -> count >= 1 ? perCharacter(2 * size(arguments[0])) : -1;
      case "containsIP" -> count >= 2 ? containsIp(overload, arguments) : -1;
      case "containsCIDR" -> count >= 2 ? containsCidr(overload, arguments) : -1;
      case "validate" -> count >= 2 ? regex(size(arguments[1]), FORMAT_REGEX) : -1;
      case "_==_" -> count == 2 && arguments[0] instanceof OpaqueValue ? 1 : -1;
      default -> -1;
    };
  }

  private static long containsIp(String overload, Value[] arguments) {
    long compared = perCharacter(2 * size(arguments[0]));
    return overload.equals("cidr_contains_ip_string")
        ? compared + perCharacter(size(arguments[1]))
        : compared;
  }

  private static long containsCidr(String overload, Value[] arguments) {
    long compared = perCharacter(2 * size(arguments[0])) + perCharacter(size(arguments[0])) + 1;
    return overload.equals("cidr_contains_cidr_string")
        ? compared + perCharacter(size(arguments[1]))
        : compared;
  }

  private static long selector(long length) {
    long requirements = (long) Math.ceil(length * REQUIREMENTS_PER_CHARACTER);
    return LIST + perCharacter(length) + requirements * (LIST + OBJECT);
  }

  private static long ofStandard(String overload, Value[] arguments) {
    return switch (overload) {
      case "starts_with_string",
          "ends_with_string",
          "string_to_bytes",
          "bytes_to_string",
          "strings_quote",
          "string_format" ->
          perCharacter(size(arguments[0]));
      case "in_list" -> size(arguments[1]);
      case "less_string",
          "greater_string",
          "less_equals_string",
          "greater_equals_string",
          "less_bytes",
          "greater_bytes",
          "less_equals_bytes",
          "greater_equals_bytes",
          "equals",
          "not_equals" ->
          perCharacter(Math.min(size(arguments[0]), size(arguments[1])));
      case "add_string", "add_bytes" -> perCharacter(size(arguments[0]) + size(arguments[1]));
      case "matches", "matches_string" -> regex(size(arguments[0]), size(arguments[1]));
      case "contains_string" -> perCharacter(size(arguments[0])) * perCharacter(size(arguments[1]));
      default -> 1;
    };
  }

  private static long perCharacter(long characters) {
    return (long) Math.ceil(characters * PER_CHARACTER);
  }

  /// One is added so that an expensive expression on an empty text is not free.
  private static long regex(long text, long pattern) {
    return (long) Math.ceil((1.0 + text) * PER_CHARACTER)
        * (long) Math.ceil(pattern * PER_REGEX_CHARACTER);
  }

  private static long size(Value value) {
    return value instanceof OptionalValue(var held) && held != null ? size(held) : value.size();
  }

  private static long traversal(Value value) {
    return switch (value) {
      case StringValue(var text) -> (long) (utf8Length(text) * PER_CHARACTER);
      case BytesValue bytes -> (long) (bytes.size() * PER_CHARACTER);
      case ListValue list -> {
        long sum = 0;
        for (int i = 0; i < list.length(); i++) {
          sum += traversal(list.get(i));
        }
        yield sum;
      }
      case MapValue map -> {
        long sum = 0;
        for (var key : map.keys()) {
          var held = map.find(key);
          sum += traversal(key) + (held == null ? 1 : traversal(held));
        }
        yield sum;
      }
      case Value _ -> 1;
    };
  }

  private static long utf8Length(String text) {
    return text.codePoints()
        .mapToLong(c -> c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4)
        .sum();
  }
}
