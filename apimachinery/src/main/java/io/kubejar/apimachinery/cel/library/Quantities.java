package io.kubejar.apimachinery.cel.library;

import static dev.cel.common.types.SimpleType.BOOL;
import static dev.cel.common.types.SimpleType.DOUBLE;
import static dev.cel.common.types.SimpleType.INT;
import static dev.cel.common.types.SimpleType.STRING;

import dev.cel.common.types.CelType;
import dev.cel.common.types.StructTypeReference;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.QuantityFormatException;
import io.kubejar.apimachinery.cel.value.BoolValue;
import io.kubejar.apimachinery.cel.value.DoubleValue;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.IntValue;
import io.kubejar.apimachinery.cel.value.OpaqueValue;
import io.kubejar.apimachinery.cel.value.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Amounts with units: `quantity('50Mi')`.
public final class Quantities {
  private static final String NAME = "kubernetes.Quantity";
  public static final CelType TYPE = StructTypeReference.create(NAME);
  private static final List<CelType> ONE = List.of(TYPE);
  private static final List<CelType> TWO = List.of(TYPE, TYPE);

  private Quantities() {}

  /// Equal if the amounts are, whatever their units.
  private record Amount(Quantity quantity) implements OpaqueValue {
    @Override
    public String typeName() {
      return NAME;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Amount(var that) && quantity.compareTo(that) == 0;
    }

    @Override
    public int hashCode() {
      return Double.hashCode(quantity.toDouble());
    }

    @Override
    public String toString() {
      return quantity.toString();
    }
  }

  public static Library library() {
    return Library.of(
        Function.of(
            "quantity",
            Overload.global(
                "string_to_quantity", TYPE, List.of(STRING), a -> parse(Texts.text(a[0])))),
        Function.of(
            "isQuantity",
            Overload.global(
                "is_quantity_string",
                BOOL,
                List.of(STRING),
                a -> BoolValue.of(!(parse(Texts.text(a[0])) instanceof ErrorValue)))),
        Function.of(
            "sign",
            Overload.global("quantity_sign", INT, ONE, a -> new IntValue(amount(a[0]).signum()))),
        Function.of(
            "isGreaterThan",
            Overload.member(
                "quantity_is_greater_than", BOOL, TWO, a -> BoolValue.of(order(a) > 0))),
        Function.of(
            "isLessThan",
            Overload.member("quantity_is_less_than", BOOL, TWO, a -> BoolValue.of(order(a) < 0))),
        Function.of(
            "compareTo",
            Overload.member(
                "quantity_compare_to", INT, TWO, a -> new IntValue(Integer.signum(order(a))))),
        Function.of(
            "asApproximateFloat",
            Overload.member(
                "quantity_get_float", DOUBLE, ONE, a -> new DoubleValue(amount(a[0]).toDouble()))),
        Function.of(
            "asInteger", Overload.member("quantity_get_int", INT, ONE, a -> integer(amount(a[0])))),
        Function.of(
            "isInteger",
            Overload.member(
                "quantity_is_integer",
                BOOL,
                ONE,
                a -> BoolValue.of(integer(amount(a[0])) instanceof IntValue))),
        Function.of(
            "add",
            Overload.member(
                "quantity_add", TYPE, TWO, a -> new Amount(amount(a[0]).add(amount(a[1])))),
            Overload.member(
                "quantity_add_int",
                TYPE,
                List.of(TYPE, INT),
                a -> new Amount(amount(a[0]).add(whole(a[1]))))),
        Function.of(
            "sub",
            Overload.member(
                "quantity_sub", TYPE, TWO, a -> new Amount(amount(a[0]).subtract(amount(a[1])))),
            Overload.member(
                "quantity_sub_int",
                TYPE,
                List.of(TYPE, INT),
                a -> new Amount(amount(a[0]).subtract(whole(a[1]))))));
  }

  private static Value parse(String text) {
    try {
      return new Amount(Quantity.parse(text));
    } catch (QuantityFormatException e) {
      return new ErrorValue(String.valueOf(e.getMessage()));
    }
  }

  private static Quantity amount(Value value) {
    return ((Amount) value).quantity();
  }

  private static Quantity whole(Value value) {
    return Quantity.of(((IntValue) value).value(), Quantity.Format.DECIMAL_EXPONENT);
  }

  private static int order(Value[] arguments) {
    return amount(arguments[0]).compareTo(amount(arguments[1]));
  }

  private static Value integer(Quantity quantity) {
    var number = quantity.toBigDecimal();
    try {
      return new IntValue(number.longValueExact());
    } catch (ArithmeticException _) {
      return new ErrorValue("cannot convert value to integer");
    }
  }
}
