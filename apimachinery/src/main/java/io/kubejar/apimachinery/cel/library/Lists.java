package io.kubejar.apimachinery.cel.library;

import static dev.cel.common.types.SimpleType.BOOL;
import static dev.cel.common.types.SimpleType.BYTES;
import static dev.cel.common.types.SimpleType.DOUBLE;
import static dev.cel.common.types.SimpleType.DURATION;
import static dev.cel.common.types.SimpleType.DYN;
import static dev.cel.common.types.SimpleType.INT;
import static dev.cel.common.types.SimpleType.STRING;
import static dev.cel.common.types.SimpleType.TIMESTAMP;
import static dev.cel.common.types.SimpleType.UINT;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.TypeParamType;
import io.kubejar.apimachinery.cel.value.BoolValue;
import io.kubejar.apimachinery.cel.value.DoubleValue;
import io.kubejar.apimachinery.cel.value.DurationValue;
import io.kubejar.apimachinery.cel.value.Equality;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.IntValue;
import io.kubejar.apimachinery.cel.value.ListValue;
import io.kubejar.apimachinery.cel.value.PlainList;
import io.kubejar.apimachinery.cel.value.UintValue;
import io.kubejar.apimachinery.cel.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// Functions on lists: those of Kubernetes, those of the language's extension (version 3), and its
/// sets.
public final class Lists {
  /// No longer list is made of nothing. It would cost more than any expression may.
  private static final int LONGEST_RANGE = 1_000_000;

  private static final CelType ELEMENT = TypeParamType.create("T");
  private static final CelType LIST = ListType.create(ELEMENT);
  private static final CelType LIST_OF_DYN = ListType.create(DYN);

  /// In upstream's order: the name in the overload's identifier, and the type.
  private static final Map<String, CelType> SUMMABLE = new LinkedHashMap<>();

  private static final Map<String, CelType> COMPARABLE = new LinkedHashMap<>();

  static {
    SUMMABLE.put("int", INT);
    SUMMABLE.put("uint", UINT);
    SUMMABLE.put("double", DOUBLE);
    COMPARABLE.putAll(SUMMABLE);
    SUMMABLE.put("duration", DURATION);
    COMPARABLE.put("bool", BOOL);
    COMPARABLE.put("duration", DURATION);
    COMPARABLE.put("timestamp", TIMESTAMP);
    COMPARABLE.put("string", STRING);
    COMPARABLE.put("bytes", BYTES);
  }

  private Lists() {}

  /// `isSorted`, `sum`, `min`, `max`, `indexOf`, `lastIndexOf`.
  public static Library ofKubernetes() {
    return Library.of(
        perType("isSorted", COMPARABLE, "list_%1$s_is_sorted_bool", BOOL, Lists::isSorted),
        new Function("sum", sums()),
        perType("max", COMPARABLE, "list_%1$s_max_%1$s", null, a -> extreme(a, "max", 1)),
        perType("min", COMPARABLE, "list_%1$s_min_%1$s", null, a -> extreme(a, "min", -1)),
        Function.of(
            "indexOf",
            Overload.member("list_a_index_of_int", INT, List.of(LIST, ELEMENT), Lists::indexOf)),
        Function.of(
            "lastIndexOf",
            Overload.member(
                "list_a_last_index_of_int", INT, List.of(LIST, ELEMENT), Lists::lastIndexOf)));
  }

  /// `slice`, `flatten`, `sort`, `sortBy`, `lists.range`, `reverse`, `distinct`.
  public static Library ofExtension() {
    return new Library(
        List.of(
            Function.of(
                "slice",
                Overload.member("list_slice", LIST, List.of(LIST, INT, INT), Lists::slice)),
            Function.of(
                "flatten",
                Overload.member(
                    "list_flatten",
                    LIST,
                    List.of(ListType.create(LIST)),
                    a -> flatten((ListValue) a[0], 1)),
                Overload.member(
                    "list_flatten_int",
                    LIST_OF_DYN,
                    List.of(LIST_OF_DYN, INT),
                    a -> flatten((ListValue) a[0], ((IntValue) a[1]).value()))),
            new Function("sort", sorts()),
            new Function("@sortByAssociatedKeys", sortsByKeys()),
            Function.of(
                "lists.range",
                Overload.global("lists_range", ListType.create(INT), List.of(INT), Lists::range)),
            Function.of(
                "reverse", Overload.member("list_reverse", LIST, List.of(LIST), Lists::reverse)),
            Function.of(
                "distinct",
                Overload.member("list_distinct", LIST, List.of(LIST), Lists::distinct))),
        List.of(Macros.sortBy()));
  }

  /// `sets.contains`, `sets.equivalent`, `sets.intersects`.
  public static Library ofSets() {
    return Library.of(
        Function.of(
            "sets.contains",
            Overload.global(
                "list_sets_contains_list",
                BOOL,
                List.of(LIST, LIST),
                a -> containsAll((ListValue) a[0], (ListValue) a[1]))),
        Function.of(
            "sets.equivalent",
            Overload.global(
                "list_sets_equivalent_list", BOOL, List.of(LIST, LIST), Lists::isEquivalent)),
        Function.of(
            "sets.intersects",
            Overload.global(
                "list_sets_intersects_list", BOOL, List.of(LIST, LIST), Lists::intersects)));
  }

  /// One form for each type of elements. The element's type is the result if none is named.
  private static Function perType(
      String name,
      Map<String, CelType> types,
      String id,
      @org.jspecify.annotations.Nullable CelType result,
      Overload.Body body) {
    var overloads = new ArrayList<Overload>();
    types.forEach(
        (typeName, type) ->
            overloads.add(
                Overload.member(
                    id.formatted(typeName),
                    result == null ? type : result,
                    List.of(ListType.create(type)),
                    body)));
    return new Function(name, overloads);
  }

  private static List<Overload> sums() {
    var overloads = new ArrayList<Overload>();
    SUMMABLE.forEach(
        (name, type) ->
            overloads.add(
                Overload.member(
                    "list_%1$s_sum_%1$s".formatted(name),
                    type,
                    List.of(ListType.create(type)),
                    Lists::sum)));
    return overloads;
  }

  private static List<Overload> sorts() {
    var overloads = new ArrayList<Overload>();
    COMPARABLE.forEach(
        (_, type) -> {
          var list = ListType.create(type);
          overloads.add(
              Overload.member(
                  "list_%s_sort".formatted(type.name()),
                  list,
                  List.of(list),
                  a -> sortedBy((ListValue) a[0], (ListValue) a[0])));
        });
    return overloads;
  }

  private static List<Overload> sortsByKeys() {
    var overloads = new ArrayList<Overload>();
    COMPARABLE.forEach(
        (_, type) ->
            overloads.add(
                Overload.member(
                    "list_%s_sortByAssociatedKeys".formatted(type.name()),
                    LIST,
                    List.of(LIST, ListType.create(type)),
                    a -> sortedBy((ListValue) a[0], (ListValue) a[1]))));
    return overloads;
  }

  private static Value isSorted(Value[] arguments) {
    var list = (ListValue) arguments[0];
    for (int i = 1; i < list.length(); i++) {
      var order = Equality.compare(list.get(i - 1), list.get(i));
      if (order == null) {
        return ErrorValue.NO_SUCH_OVERLOAD;
      }
      if (order > 0) {
        return BoolValue.FALSE;
      }
    }
    return BoolValue.TRUE;
  }

  private static Value sum(Value[] arguments) {
    var list = (ListValue) arguments[0];
    if (list.length() == 0) {
      return IntValue.ZERO;
    }
    var first = list.get(0);
    Value sum =
        switch (first) {
          case IntValue _, UintValue _, DoubleValue _, DurationValue _ -> first;
          case ErrorValue error -> error;
          case Value _ -> ErrorValue.NO_SUCH_OVERLOAD;
        };
    for (int i = 1; i < list.length() && !(sum instanceof ErrorValue); i++) {
      var next = list.get(i);
      sum = next instanceof ErrorValue ? next : Arithmetic.add(sum, next);
    }
    return sum;
  }

  private static Value extreme(Value[] arguments, String name, int sign) {
    var list = (ListValue) arguments[0];
    if (list.length() == 0) {
      return new ErrorValue(name + " called on empty list");
    }
    var found = list.get(0);
    for (int i = 1; i < list.length(); i++) {
      var next = list.get(i);
      var order = Equality.compare(next, found);
      if (order == null) {
        return ErrorValue.NO_SUCH_OVERLOAD;
      }
      if (order * sign > 0) {
        found = next;
      }
    }
    return found;
  }

  private static Value indexOf(Value[] arguments) {
    var list = (ListValue) arguments[0];
    for (int i = 0; i < list.length(); i++) {
      if (BoolValue.isTrue(Equality.equal(list.get(i), arguments[1]))) {
        return new IntValue(i);
      }
    }
    return new IntValue(-1);
  }

  private static Value lastIndexOf(Value[] arguments) {
    var list = (ListValue) arguments[0];
    for (int i = list.length() - 1; i >= 0; i--) {
      if (BoolValue.isTrue(Equality.equal(list.get(i), arguments[1]))) {
        return new IntValue(i);
      }
    }
    return new IntValue(-1);
  }

  private static Value slice(Value[] arguments) {
    var list = (ListValue) arguments[0];
    long start = ((IntValue) arguments[1]).value();
    long end = ((IntValue) arguments[2]).value();
    var call = "cannot slice(%d, %d), ".formatted(start, end);
    if (start < 0 || end < 0) {
      return new ErrorValue(call + "negative indexes not supported");
    }
    if (start > end) {
      return new ErrorValue(call + "start index must be less than or equal to end index");
    }
    if (list.length() < end) {
      return new ErrorValue(call + "list is length " + list.length());
    }
    return PlainList.of(list.elements().subList((int) start, (int) end));
  }

  private static Value flatten(ListValue list, long depth) {
    if (depth < 0) {
      return new ErrorValue("level must be non-negative");
    }
    var flat = new ArrayList<Value>();
    flatten(list, depth, flat);
    return PlainList.of(flat);
  }

  private static void flatten(ListValue list, long depth, List<Value> flat) {
    for (var element : list.elements()) {
      if (depth > 0 && element instanceof ListValue nested) {
        flatten(nested, depth - 1, flat);
      } else {
        flat.add(element);
      }
    }
  }

  private static Value sortedBy(ListValue list, ListValue keys) {
    if (list.length() != keys.length()) {
      return new ErrorValue(
          ("@sortByAssociatedKeys() expected a list of the same size as the associated keys list,"
                  + " but got %d and %d elements respectively")
              .formatted(list.length(), keys.length()));
    }
    if (list.length() == 0) {
      return list;
    }
    var sorting = keys.elements();
    var kind = sorting.getFirst().getClass();
    if (Equality.compare(sorting.getFirst(), sorting.getFirst()) == null) {
      return new ErrorValue("list elements must be comparable");
    }
    for (var key : sorting) {
      if (key.getClass() != kind) {
        return new ErrorValue("list elements must have the same type");
      }
    }
    return PlainList.of(
        IntStream.range(0, list.length())
            .boxed()
            .sorted((a, b) -> order(sorting.get(a), sorting.get(b)))
            .map(list::get)
            .toList());
  }

  /// Not-a-number is nowhere, but sorting needs a place: the end.
  private static int order(Value a, Value b) {
    return a instanceof DoubleValue(double x) && b instanceof DoubleValue(double y)
        ? Double.compare(x + 0.0, y + 0.0)
        : Integer.signum(java.util.Objects.requireNonNullElse(Equality.compare(a, b), 0));
  }

  private static Value range(Value[] arguments) {
    long length = ((IntValue) arguments[0]).value();
    if (length > LONGEST_RANGE) {
      return new ErrorValue("lists.range: %d is more than %d".formatted(length, LONGEST_RANGE));
    }
    var numbers = new ArrayList<Value>();
    for (long i = 0; i < length; i++) {
      numbers.add(new IntValue(i));
    }
    return PlainList.of(numbers);
  }

  private static Value reverse(Value[] arguments) {
    return PlainList.of(((ListValue) arguments[0]).elements().reversed());
  }

  private static Value distinct(Value[] arguments) {
    var list = (ListValue) arguments[0];
    var kept = new ArrayList<Value>();
    for (int i = 0; i < list.length(); i++) {
      var element = list.get(i);
      if (kept.stream().noneMatch(other -> BoolValue.isTrue(Equality.equal(element, other)))) {
        kept.add(element);
      }
    }
    return PlainList.of(kept);
  }

  private static boolean contains(ListValue list, Value value) {
    for (int i = 0; i < list.length(); i++) {
      if (BoolValue.isTrue(Equality.equal(list.get(i), value))) {
        return true;
      }
    }
    return false;
  }

  private static Value containsAll(ListValue list, ListValue others) {
    for (int i = 0; i < others.length(); i++) {
      if (!contains(list, others.get(i))) {
        return BoolValue.FALSE;
      }
    }
    return BoolValue.TRUE;
  }

  private static Value isEquivalent(Value[] arguments) {
    var a = (ListValue) arguments[0];
    var b = (ListValue) arguments[1];
    return BoolValue.of(BoolValue.isTrue(containsAll(a, b)) && BoolValue.isTrue(containsAll(b, a)));
  }

  private static Value intersects(Value[] arguments) {
    var b = (ListValue) arguments[1];
    return BoolValue.of(
        ((ListValue) arguments[0]).elements().stream().anyMatch(value -> contains(b, value)));
  }
}
