package io.kubejar.apimachinery.cel.library;

import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.cel.value.BoolValue;
import io.kubejar.apimachinery.cel.value.BytesValue;
import io.kubejar.apimachinery.cel.value.DoubleValue;
import io.kubejar.apimachinery.cel.value.DurationValue;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.GoNumbers;
import io.kubejar.apimachinery.cel.value.IntValue;
import io.kubejar.apimachinery.cel.value.StringValue;
import io.kubejar.apimachinery.cel.value.TimestampValue;
import io.kubejar.apimachinery.cel.value.UintValue;
import io.kubejar.apimachinery.cel.value.Value;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.regex.Pattern;

/// `int(x)`, `string(x)` and so on.
final class Conversions {
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?");
  private static final Pattern RFC_3339 =
      Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}([.,]\\d+)?(Z|[-+]\\d{2}:\\d{2})");
  private static final double TWO_TO_63 = 0x1p63;
  private static final double TWO_TO_64 = 0x1p64;

  private Conversions() {}

  static void addTo(Map<String, Overload.Body> bodies) {
    bodies.put("int", a -> toInt(a[0]));
    bodies.put("uint", a -> toUint(a[0]));
    bodies.put("double", a -> toDouble(a[0]));
    bodies.put("string", a -> toText(a[0]));
    bodies.put("bytes", a -> toBytes(a[0]));
    bodies.put("bool", a -> toBool(a[0]));
    bodies.put("duration", a -> toDuration(a[0]));
    bodies.put("timestamp", a -> toTimestamp(a[0]));
  }

  private static Value toInt(Value value) {
    return switch (value) {
      case IntValue _ -> value;
      case UintValue(long bits) -> bits < 0 ? ErrorValue.INTEGER_OVERFLOW : new IntValue(bits);
      // The bounds are exclusive: the doubles next to them do not say which integer was meant.
      case DoubleValue(double number) ->
          number > -TWO_TO_63 && number < TWO_TO_63
              ? new IntValue((long) number)
              : ErrorValue.INTEGER_OVERFLOW;
      case StringValue(var text) -> parseInt(value, text);
      case TimestampValue(var instant) -> new IntValue(instant.getEpochSecond());
      case DurationValue(long nanos) -> new IntValue(nanos);
      case Value _ -> ErrorValue.NO_SUCH_OVERLOAD;
    };
  }

  private static Value parseInt(Value value, String text) {
    try {
      return new IntValue(Long.parseLong(text));
    } catch (NumberFormatException _) {
      return ErrorValue.conversion(value, "int");
    }
  }

  private static Value toUint(Value value) {
    return switch (value) {
      case UintValue _ -> value;
      case IntValue(long number) ->
          number < 0 ? ErrorValue.UNSIGNED_OVERFLOW : new UintValue(number);
      case DoubleValue(double number) ->
          number >= 0 && number < TWO_TO_64
              ? new UintValue(
                  number < TWO_TO_63 ? (long) number : (long) (number - TWO_TO_63) | Long.MIN_VALUE)
              : ErrorValue.UNSIGNED_OVERFLOW;
      case StringValue(var text) -> {
        try {
          yield text.startsWith("+")
              ? ErrorValue.conversion(value, "uint")
              : new UintValue(Long.parseUnsignedLong(text));
        } catch (NumberFormatException _) {
          yield ErrorValue.conversion(value, "uint");
        }
      }
      case Value _ -> ErrorValue.NO_SUCH_OVERLOAD;
    };
  }

  private static Value toDouble(Value value) {
    return switch (value) {
      case DoubleValue _ -> value;
      case IntValue(long number) -> new DoubleValue(number);
      case UintValue uint -> new DoubleValue(uint.toDouble());
      case StringValue(var text) -> parseDouble(value, text);
      case Value _ -> ErrorValue.NO_SUCH_OVERLOAD;
    };
  }

  private static Value parseDouble(Value value, String text) {
    return switch (text.toLowerCase(java.util.Locale.ROOT)) {
      case "nan" -> new DoubleValue(Double.NaN);
      case "inf", "+inf", "infinity", "+infinity" -> new DoubleValue(Double.POSITIVE_INFINITY);
      case "-inf", "-infinity" -> new DoubleValue(Double.NEGATIVE_INFINITY);
      case String _ -> {
        double number = DECIMAL.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
        yield Double.isNaN(number) || Double.isInfinite(number)
            ? ErrorValue.conversion(value, "double")
            : new DoubleValue(number);
      }
    };
  }

  private static Value toText(Value value) {
    return switch (value) {
      case StringValue _ -> value;
      case BytesValue(var bytes) -> decode(bytes);
      case BoolValue _, DoubleValue _, DurationValue _, IntValue _, TimestampValue _, UintValue _ ->
          new StringValue(value.text());
      case Value _ -> ErrorValue.NO_SUCH_OVERLOAD;
    };
  }

  private static Value decode(Bytes bytes) {
    try {
      var decoder = StandardCharsets.UTF_8.newDecoder();
      return new StringValue(decoder.decode(ByteBuffer.wrap(bytes.toArray())).toString());
    } catch (CharacterCodingException _) {
      return new ErrorValue("invalid UTF-8 in bytes, cannot convert to string");
    }
  }

  private static Value toBytes(Value value) {
    return switch (value) {
      case BytesValue _ -> value;
      case StringValue(var text) -> new BytesValue(Bytes.utf8(text));
      case Value _ -> ErrorValue.NO_SUCH_OVERLOAD;
    };
  }

  private static Value toBool(Value value) {
    return switch (value) {
      case BoolValue _ -> value;
      case StringValue(var text) ->
          switch (text) {
            case "1", "t", "T", "true", "TRUE", "True" -> BoolValue.TRUE;
            case "0", "f", "F", "false", "FALSE", "False" -> BoolValue.FALSE;
            case String _ -> ErrorValue.conversion(value, "bool");
          };
      case Value _ -> ErrorValue.NO_SUCH_OVERLOAD;
    };
  }

  private static Value toDuration(Value value) {
    return switch (value) {
      case DurationValue _ -> value;
      case IntValue(long nanos) -> new DurationValue(nanos);
      case StringValue(var text) -> {
        var nanos = GoNumbers.parseDuration(text);
        yield nanos == null
            ? ErrorValue.conversion(value, "google.protobuf.Duration")
            : new DurationValue(nanos);
      }
      case Value _ -> ErrorValue.NO_SUCH_OVERLOAD;
    };
  }

  private static Value toTimestamp(Value value) {
    return switch (value) {
      case TimestampValue _ -> value;
      case IntValue(long seconds) ->
          seconds < TimestampValue.FIRST_SECOND || seconds > TimestampValue.LAST_SECOND
              ? ErrorValue.TIMESTAMP_OVERFLOW
              : new TimestampValue(Instant.ofEpochSecond(seconds));
      case StringValue(var text) -> parseTimestamp(value, text);
      case Value _ -> ErrorValue.NO_SUCH_OVERLOAD;
    };
  }

  private static Value parseTimestamp(Value value, String text) {
    try {
      if (RFC_3339.matcher(text).matches()) {
        return TimestampValue.of(OffsetDateTime.parse(text.replace(',', '.')).toInstant());
      }
    } catch (DateTimeParseException _) {
      // Such as the 30th of February.
    }
    return ErrorValue.conversion(value, "google.protobuf.Timestamp");
  }
}
