package io.kubejar.apimachinery.cel.library;

import static dev.cel.common.types.SimpleType.BOOL;
import static dev.cel.common.types.SimpleType.DYN;
import static dev.cel.common.types.SimpleType.INT;
import static dev.cel.common.types.SimpleType.STRING;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.OptionalType;
import dev.cel.common.types.TypeParamType;
import io.kubejar.apimachinery.cel.value.BoolValue;
import io.kubejar.apimachinery.cel.value.BytesValue;
import io.kubejar.apimachinery.cel.value.DoubleValue;
import io.kubejar.apimachinery.cel.value.DurationValue;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.IntValue;
import io.kubejar.apimachinery.cel.value.ListValue;
import io.kubejar.apimachinery.cel.value.MapValue;
import io.kubejar.apimachinery.cel.value.NullValue;
import io.kubejar.apimachinery.cel.value.OptionalValue;
import io.kubejar.apimachinery.cel.value.PlainList;
import io.kubejar.apimachinery.cel.value.StringValue;
import io.kubejar.apimachinery.cel.value.UintValue;
import io.kubejar.apimachinery.cel.value.Value;
import java.util.ArrayList;
import java.util.List;

/// Optional values. `or` and `orValue` are evaluated lazily and so are no plain functions; they are
/// only declared here, as is what `.?` and `[?]` stand for.
public final class Optionals {
  private static final CelType VALUE = TypeParamType.create("V");
  private static final CelType KEY = TypeParamType.create("K");
  private static final CelType OPTIONAL = OptionalType.create(VALUE);
  private static final CelType LIST = ListType.create(VALUE);
  private static final CelType MAP = MapType.create(KEY, VALUE);
  private static final CelType LIST_OF_OPTIONALS = ListType.create(OPTIONAL);
  private static final Overload.Body ELSEWHERE =
      _ -> {
        throw new IllegalStateException("evaluated by a node of its own");
      };

  private Optionals() {}

  public static Library library() {
    return new Library(
        List.of(
            Function.of(
                "optional.of",
                Overload.global(
                    "optional_of", OPTIONAL, List.of(VALUE), a -> OptionalValue.of(a[0]))),
            Function.of(
                "optional.ofNonZeroValue",
                Overload.global(
                    "optional_ofNonZeroValue", OPTIONAL, List.of(VALUE), Optionals::ofNonZero)),
            Function.of(
                "optional.none",
                Overload.global("optional_none", OPTIONAL, List.of(), _ -> OptionalValue.NONE)),
            Function.of(
                "value",
                Overload.member("optional_value", VALUE, List.of(OPTIONAL), Optionals::value)),
            Function.of(
                "hasValue",
                Overload.member(
                    "optional_hasValue",
                    BOOL,
                    List.of(OPTIONAL),
                    a -> BoolValue.of(((OptionalValue) a[0]).value() != null))),
            Function.of(
                "or",
                Overload.member(
                    "optional_or_optional", OPTIONAL, List.of(OPTIONAL, OPTIONAL), ELSEWHERE)),
            Function.of(
                "orValue",
                Overload.member(
                    "optional_orValue_value", VALUE, List.of(OPTIONAL, VALUE), ELSEWHERE)),
            Function.of(
                "_?._",
                Overload.global(
                    "select_optional_field", OPTIONAL, List.of(DYN, STRING), ELSEWHERE)),
            optionalIndex(),
            Function.of(
                "_[_]",
                Overload.global(
                    "optional_list_index_int",
                    OPTIONAL,
                    List.of(OptionalType.create(LIST), INT),
                    ELSEWHERE),
                Overload.global(
                    "optional_map_index_value",
                    OPTIONAL,
                    List.of(OptionalType.create(MAP), KEY),
                    ELSEWHERE)),
            Function.of(
                "first",
                Overload.member("list_first", OPTIONAL, List.of(LIST), a -> at(a[0], true))),
            Function.of(
                "last",
                Overload.member("list_last", OPTIONAL, List.of(LIST), a -> at(a[0], false))),
            Function.of(
                "optional.unwrap",
                Overload.global(
                    "optional_unwrap", LIST, List.of(LIST_OF_OPTIONALS), Optionals::unwrap)),
            Function.of(
                "unwrapOpt",
                Overload.member(
                    "optional_unwrapOpt", LIST, List.of(LIST_OF_OPTIONALS), Optionals::unwrap))),
        List.of(Macros.optMap(), Macros.optFlatMap()));
  }

  private static Function optionalIndex() {
    return Function.of(
        "_[?_]",
        Overload.global("list_optindex_optional_int", OPTIONAL, List.of(LIST, INT), ELSEWHERE),
        Overload.global(
            "optional_list_optindex_optional_int",
            OPTIONAL,
            List.of(OptionalType.create(LIST), INT),
            ELSEWHERE),
        Overload.global("map_optindex_optional_value", OPTIONAL, List.of(MAP, KEY), ELSEWHERE),
        Overload.global(
            "optional_map_optindex_optional_value",
            OPTIONAL,
            List.of(OptionalType.create(MAP), KEY),
            ELSEWHERE));
  }

  private static Value ofNonZero(Value[] arguments) {
    return isZero(arguments[0]) ? OptionalValue.NONE : OptionalValue.of(arguments[0]);
  }

  private static boolean isZero(Value value) {
    return switch (value) {
      case NullValue _ -> true;
      case BoolValue(boolean is) -> !is;
      case IntValue(long number) -> number == 0;
      case UintValue(long bits) -> bits == 0;
      case DoubleValue(double number) -> number == 0;
      case DurationValue(long nanos) -> nanos == 0;
      case StringValue _, BytesValue _, ListValue _, MapValue _ -> value.size() == 0;
      case OptionalValue(var held) -> held == null;
      case Value _ -> false;
    };
  }

  private static Value value(Value[] arguments) {
    var held = ((OptionalValue) arguments[0]).value();
    return held == null ? new ErrorValue("optional.none() dereference") : held;
  }

  private static Value at(Value list, boolean first) {
    var elements = (ListValue) list;
    int length = elements.length();
    return length == 0
        ? OptionalValue.NONE
        : OptionalValue.of(elements.get(first ? 0 : length - 1));
  }

  private static Value unwrap(Value[] arguments) {
    var held = new ArrayList<Value>();
    for (var element : ((ListValue) arguments[0]).elements()) {
      if (!(element instanceof OptionalValue(var value))) {
        return ErrorValue.NO_SUCH_OVERLOAD;
      }
      if (value != null) {
        held.add(value);
      }
    }
    return PlainList.of(held);
  }
}
