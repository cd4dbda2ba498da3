package io.kubejar.apimachinery.cel.library;

import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.Immutable;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.TypeParamType;
import dev.cel.parser.CelMacro;
import dev.cel.parser.CelMacroExprFactory;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.MapValue;
import io.kubejar.apimachinery.cel.value.PlainMap;
import io.kubejar.apimachinery.cel.value.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Comprehensions with two variables: place and element of a list, key and value of a map.
public final class Comprehensions {
  private static final String INSERT = "cel.@mapInsert";
  private static final CelType KEY = TypeParamType.create("K");
  private static final CelType VALUE = TypeParamType.create("V");
  private static final CelType MAP = MapType.create(KEY, VALUE);

  private Comprehensions() {}

  /// Start, condition, step and result of a loop.
  private record Loop(CelExpr start, CelExpr condition, CelExpr step, CelExpr result) {}

  /// What a macro makes of the arguments behind the two variables.
  @Immutable
  private interface Shape {
    Loop loop(Accumulator accumulator, List<CelExpr> arguments, String firstVariable);
  }

  /// The loop's result so far.
  private record Accumulator(CelMacroExprFactory factory) {
    CelExpr get() {
      return factory.newIdentifier(factory.getAccumulatorVarName());
    }

    /// The step, only if the filter in front of the last argument says so.
    CelExpr filtered(List<CelExpr> arguments, CelExpr step) {
      return arguments.size() == 1
          ? step
          : factory.newGlobalCall("_?_:_", arguments.get(0), step, get());
    }
  }

  public static Library library() {
    return new Library(
        List.of(
            Function.of(
                INSERT,
                Overload.global(
                    "@mapInsert_map_key_value",
                    MAP,
                    List.of(MAP, KEY, VALUE),
                    a -> plain(a[0]).with(a[1], a[2])),
                Overload.global(
                    "@mapInsert_map_map", MAP, List.of(MAP, MAP), Comprehensions::insertAll))),
        List.of(
            macro("all", 3, Comprehensions::all),
            macro("exists", 3, Comprehensions::exists),
            macro("existsOne", 3, Comprehensions::existsOne),
            macro("exists_one", 3, Comprehensions::existsOne),
            macro("transformList", 3, Comprehensions::transformList),
            macro("transformList", 4, Comprehensions::transformList),
            macro("transformMap", 3, Comprehensions::transformMap),
            macro("transformMap", 4, Comprehensions::transformMap),
            macro("transformMapEntry", 3, Comprehensions::transformMapEntry),
            macro("transformMapEntry", 4, Comprehensions::transformMapEntry)));
  }

  private static PlainMap plain(Value value) {
    if (value instanceof PlainMap map) {
      return map;
    }
    var entries = new LinkedHashMap<Value, Value>();
    var map = (MapValue) value;
    for (var key : map.keys()) {
      var held = map.find(key);
      if (held != null) {
        entries.put(key, held);
      }
    }
    return PlainMap.of(entries);
  }

  private static Value insertAll(Value[] arguments) {
    Value map = plain(arguments[0]);
    for (Map.Entry<Value, Value> entry : entries((MapValue) arguments[1]).entrySet()) {
      if (!(map instanceof PlainMap target)) {
        return map;
      }
      map = target.with(entry.getKey(), entry.getValue());
    }
    return map;
  }

  private static Map<Value, Value> entries(MapValue map) {
    var entries = new LinkedHashMap<Value, Value>();
    for (var key : map.keys()) {
      var value = map.find(key);
      entries.put(key, value == null ? ErrorValue.noSuchKey(key) : value);
    }
    return entries;
  }

  private static CelMacro macro(String name, int arguments, Shape shape) {
    return CelMacro.newReceiverMacro(
        name, arguments, (factory, target, given) -> expand(factory, target, given, shape));
  }

  private static Optional<CelExpr> expand(
      CelMacroExprFactory factory, CelExpr target, ImmutableList<CelExpr> arguments, Shape shape) {
    for (var variable : arguments.subList(0, 2)) {
      if (variable.exprKind().getKind() != ExprKind.Kind.IDENT) {
        return Macros.fault(factory, variable, "argument must be a simple name");
      }
    }
    var first = arguments.get(0).ident().name();
    var second = arguments.get(1).ident().name();
    var accumulator = factory.getAccumulatorVarName();
    if (first.equals(second)) {
      return Macros.fault(factory, arguments.get(1), "duplicate variable name: " + first);
    }
    for (var variable : arguments.subList(0, 2)) {
      var name = variable.ident().name();
      if (name.equals(accumulator) || name.equals("__result__")) {
        return Macros.fault(
            factory, variable, "iteration variable overwrites accumulator variable");
      }
    }
    var loop = shape.loop(new Accumulator(factory), arguments.subList(2, arguments.size()), first);
    return Optional.of(
        factory.fold(
            first,
            second,
            target,
            accumulator,
            loop.start(),
            loop.condition(),
            loop.step(),
            loop.result()));
  }

  private static Loop all(Accumulator result, List<CelExpr> arguments, String first) {
    var factory = result.factory();
    return new Loop(
        factory.newBoolLiteral(true),
        factory.newGlobalCall("@not_strictly_false", result.get()),
        factory.newGlobalCall("_&&_", result.get(), arguments.get(0)),
        result.get());
  }

  private static Loop exists(Accumulator result, List<CelExpr> arguments, String first) {
    var factory = result.factory();
    return new Loop(
        factory.newBoolLiteral(false),
        factory.newGlobalCall("@not_strictly_false", factory.newGlobalCall("!_", result.get())),
        factory.newGlobalCall("_||_", result.get(), arguments.get(0)),
        result.get());
  }

  private static Loop existsOne(Accumulator result, List<CelExpr> arguments, String first) {
    var factory = result.factory();
    return new Loop(
        factory.newIntLiteral(0),
        factory.newBoolLiteral(true),
        factory.newGlobalCall(
            "_?_:_",
            arguments.get(0),
            factory.newGlobalCall("_+_", result.get(), factory.newIntLiteral(1)),
            result.get()),
        factory.newGlobalCall("_==_", result.get(), factory.newIntLiteral(1)));
  }

  private static Loop transformList(Accumulator result, List<CelExpr> arguments, String first) {
    var factory = result.factory();
    var step = factory.newGlobalCall("_+_", result.get(), factory.newList(arguments.getLast()));
    return new Loop(
        factory.newList(),
        factory.newBoolLiteral(true),
        result.filtered(arguments, step),
        result.get());
  }

  private static Loop transformMap(Accumulator result, List<CelExpr> arguments, String first) {
    var factory = result.factory();
    var step =
        factory.newGlobalCall(
            INSERT, result.get(), factory.newIdentifier(first), arguments.getLast());
    return new Loop(
        factory.newMap(),
        factory.newBoolLiteral(true),
        result.filtered(arguments, step),
        result.get());
  }

  private static Loop transformMapEntry(Accumulator result, List<CelExpr> arguments, String first) {
    var factory = result.factory();
    var step = factory.newGlobalCall(INSERT, result.get(), arguments.getLast());
    return new Loop(
        factory.newMap(),
        factory.newBoolLiteral(true),
        result.filtered(arguments, step),
        result.get());
  }
}
