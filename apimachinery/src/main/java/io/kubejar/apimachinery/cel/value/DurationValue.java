package io.kubejar.apimachinery.cel.value;

import java.math.BigDecimal;

/// A span of time.
///
/// @param nanos its nanoseconds; 292 years at most
public record DurationValue(long nanos) implements Value {
  public static final DurationValue ZERO = new DurationValue(0);

  @Override
  public String typeName() {
    return "google.protobuf.Duration";
  }

  /// The span as `string(d)` writes it: seconds.
  @Override
  public String text() {
    return BigDecimal.valueOf(nanos, 9).stripTrailingZeros().toPlainString() + "s";
  }
}
