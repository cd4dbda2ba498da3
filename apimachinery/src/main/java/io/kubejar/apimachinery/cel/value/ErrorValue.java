package io.kubejar.apimachinery.cel.value;

/// A failure on its way up.
///
/// @param message what a person reads
public record ErrorValue(String message) implements Value {
  public static final ErrorValue NO_SUCH_OVERLOAD = new ErrorValue("no such overload");
  public static final ErrorValue INTEGER_OVERFLOW = new ErrorValue("integer overflow");
  public static final ErrorValue UNSIGNED_OVERFLOW = new ErrorValue("unsigned integer overflow");
  public static final ErrorValue DURATION_OVERFLOW = new ErrorValue("duration overflow");
  public static final ErrorValue TIMESTAMP_OVERFLOW = new ErrorValue("timestamp overflow");

  /// That this key is in no map or object.
  public static ErrorValue noSuchKey(Value key) {
    return new ErrorValue("no such key: " + key.text());
  }

  public static ErrorValue outOfBounds(long index) {
    return new ErrorValue("index out of bounds: " + index);
  }

  /// That a value cannot be converted.
  public static ErrorValue conversion(Value from, String to) {
    return new ErrorValue("type conversion error from '%s' to '%s'".formatted(from.typeName(), to));
  }

  @Override
  public String typeName() {
    return "error";
  }

  @Override
  public String text() {
    return message;
  }
}
