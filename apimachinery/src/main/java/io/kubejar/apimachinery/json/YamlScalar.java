package io.kubejar.apimachinery.json;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.events.ScalarEvent;

/// What an unquoted YAML word means, by the rules of YAML 1.1 as Go's reader has them.
final class YamlScalar {
  private static final Map<String, JsonValue> WORDS =
      Map.ofEntries(
          Map.entry("", JsonNull.NULL),
          Map.entry("~", JsonNull.NULL),
          Map.entry("null", JsonNull.NULL),
          Map.entry("Null", JsonNull.NULL),
          Map.entry("NULL", JsonNull.NULL),
          Map.entry("y", JsonBoolean.TRUE),
          Map.entry("Y", JsonBoolean.TRUE),
          Map.entry("yes", JsonBoolean.TRUE),
          Map.entry("Yes", JsonBoolean.TRUE),
          Map.entry("YES", JsonBoolean.TRUE),
          Map.entry("true", JsonBoolean.TRUE),
          Map.entry("True", JsonBoolean.TRUE),
          Map.entry("TRUE", JsonBoolean.TRUE),
          Map.entry("on", JsonBoolean.TRUE),
          Map.entry("On", JsonBoolean.TRUE),
          Map.entry("ON", JsonBoolean.TRUE),
          Map.entry("n", JsonBoolean.FALSE),
          Map.entry("N", JsonBoolean.FALSE),
          Map.entry("no", JsonBoolean.FALSE),
          Map.entry("No", JsonBoolean.FALSE),
          Map.entry("NO", JsonBoolean.FALSE),
          Map.entry("false", JsonBoolean.FALSE),
          Map.entry("False", JsonBoolean.FALSE),
          Map.entry("FALSE", JsonBoolean.FALSE),
          Map.entry("off", JsonBoolean.FALSE),
          Map.entry("Off", JsonBoolean.FALSE),
          Map.entry("OFF", JsonBoolean.FALSE));

  private static final Pattern INFINITE_OR_NAN =
      Pattern.compile("[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  private static final Pattern WHOLE =
      Pattern.compile("[-+]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)");

  private static final int LONGEST_NUMBER = 400;
  private static final BigInteger LARGEST = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
  private static final BigInteger SMALLEST = BigInteger.valueOf(Long.MIN_VALUE);

  private YamlScalar() {}

  static JsonValue resolve(ScalarEvent scalar) {
    var text = scalar.getValue();
    var tag = scalar.getTag().orElse("");
    return switch (tag) {
      case "" -> scalar.isPlain() ? plain(text) : new JsonString(text);
      case "tag:yaml.org,2002:binary" -> binary(text);
      case "tag:yaml.org,2002:bool", "tag:yaml.org,2002:int", "tag:yaml.org,2002:null" ->
          plain(text);
      case "tag:yaml.org,2002:float" -> plain(text);
      default -> new JsonString(text);
    };
  }

  private static JsonValue plain(String text) {
    var word = WORDS.get(text);
    if (word != null) {
      return word;
    }
    char first = text.charAt(0);
    boolean mayBeNumber =
        (first >= '0' && first <= '9') || first == '.' || first == '-' || first == '+';
    if (!mayBeNumber || text.length() > LONGEST_NUMBER) {
      return new JsonString(text);
    }
    if (INFINITE_OR_NAN.matcher(text).matches()) {
      throw new JsonFormatException("yaml: json: unsupported value: " + text);
    }
    var number = number(text.replace("_", ""), text);
    return number == null ? new JsonString(text) : number;
  }

  private static @Nullable JsonValue number(String digits, String text) {
    if (WHOLE.matcher(digits).matches()) {
      var whole = whole(digits);
      if (whole.compareTo(LARGEST) <= 0 && whole.compareTo(SMALLEST) >= 0) {
        return new JsonNumber(whole.toString());
      }
    }
    if (!FLOAT.matcher(text).matches()) {
      return null;
    }
    double value = Double.parseDouble(text);
    return Double.isInfinite(value) ? null : JsonNumber.of(value);
  }

  private static BigInteger whole(String digits) {
    boolean negative = digits.charAt(0) == '-';
    var magnitude = negative || digits.charAt(0) == '+' ? digits.substring(1) : digits;
    BigInteger value;
    if (magnitude.length() < 2 || magnitude.charAt(0) != '0') {
      value = new BigInteger(magnitude);
    } else {
      value =
          switch (magnitude.charAt(1)) {
            case 'x', 'X' -> new BigInteger(magnitude.substring(2), 16);
            case 'b', 'B' -> new BigInteger(magnitude.substring(2), 2);
            case 'o', 'O' -> new BigInteger(magnitude.substring(2), 8);
            default -> new BigInteger(magnitude, 8);
          };
    }
    return negative ? value.negate() : value;
  }

  private static JsonValue binary(String text) {
    try {
      var bytes = Base64.getMimeDecoder().decode(text);
      return new JsonString(new String(bytes, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException broken) {
      throw new JsonFormatException("yaml: !!binary value contains invalid base64 data", broken);
    }
  }
}
