package io.kubejar.apimachinery.cel.value;

import java.time.Instant;
import java.time.format.DateTimeFormatter;

/// A point in time between the years 1 and 9999.
public record TimestampValue(Instant value) implements Value {
  /// The earliest and latest second.
  public static final long FIRST_SECOND = -62135596800L;

  public static final long LAST_SECOND = 253402300799L;

  /// The timestamp, or the failure of one that is out of range.
  public static Value of(Instant instant) {
    long second = instant.getEpochSecond();
    return second < FIRST_SECOND || second > LAST_SECOND
        ? ErrorValue.TIMESTAMP_OVERFLOW
        : new TimestampValue(instant);
  }

  @Override
  public String typeName() {
    return "google.protobuf.Timestamp";
  }

  @Override
  public String text() {
    var text = DateTimeFormatter.ISO_INSTANT.format(value);
    int dot = text.indexOf('.');
    if (dot < 0) {
      return text;
    }
    int end = text.length() - 1;
    while (text.charAt(end - 1) == '0') {
      end--;
    }
    return text.substring(0, end) + "Z";
  }
}
