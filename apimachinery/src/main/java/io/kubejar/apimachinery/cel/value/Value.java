package io.kubejar.apimachinery.cel.value;

/// Something that an expression can yield.
public sealed interface Value
    permits BoolValue,
        BytesValue,
        DoubleValue,
        DurationValue,
        ErrorValue,
        IntValue,
        ListValue,
        MapValue,
        NullValue,
        OpaqueValue,
        OptionalValue,
        StringValue,
        TimestampValue,
        TypeValue,
        UintValue {

  /// The name that `type(x)` yields and messages show.
  String typeName();

  /// What Go prints for this value with `%v`, as messages show it.
  String text();

  /// What `size(x)` yields where it is defined; 1 for everything else, which is what it costs.
  default long size() {
    return 1;
  }
}
