package io.kubejar.apimachinery.format;

import com.google.re2j.Pattern;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// The values of `format` for texts in the schemas of custom resources. Others are not checked.
///
/// Names are told apart without their dashes: `date-time` is `datetime`.
public final class OpenApiFormats {
  private static final int LONGEST_HOSTNAME_BYTES = 255;
  private static final int SSN_LENGTH = 11;
  private static final String HEX = "[0-9a-f]";
  private static final Pattern HOSTNAME =
      Pattern.compile(
          "^([a-zA-Z0-9\\p{S}\\p{L}]((-?[a-zA-Z0-9\\p{S}\\p{L}]{0,62})?)"
              + "|([a-zA-Z0-9\\p{S}\\p{L}](([a-zA-Z0-9-\\p{S}\\p{L}]{0,61}[a-zA-Z0-9\\p{S}\\p{L}])?)"
              + "(\\.)){1,}([a-zA-Z\\p{L}]){2,63})$");
  private static final Pattern CREDIT_CARD =
      Pattern.compile(
          "^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}"
              + "|3[47][0-9]{13}|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35\\d{3})\\d{11})$");
  private static final String COLOR_PART = "\\s*(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*";
  private static final Pattern DATE = Pattern.compile("^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
  private static final Pattern TIME =
      Pattern.compile("^([0-9]{2}):([0-9]{2}):([0-9]{2})(.[0-9]+)?(z|([+-][0-9]{2}:[0-9]{2}))$");

  private static final Map<String, Predicate<String>> CHECKS =
      Map.ofEntries(
          Map.entry("bsonobjectid", matching("(?i)" + HEX + "{24}")),
          Map.entry("uri", Uris::isRequestUri),
          Map.entry("email", EmailAddresses::isAddress),
          Map.entry("hostname", OpenApiFormats::isHostname),
          Map.entry("ipv4", IpTexts::isIpv4),
          Map.entry("ipv6", IpTexts::isIpv6),
          Map.entry("cidr", IpTexts::isCidr),
          Map.entry("mac", OpenApiFormats::isMac),
          Map.entry("uuid", uuid(HEX + "{4}", HEX + "{4}")),
          Map.entry("uuid3", uuid("3" + HEX + "{3}", HEX + "{4}")),
          Map.entry("uuid4", uuid("4" + HEX + "{3}", "[89ab]" + HEX + "{3}")),
          Map.entry("uuid5", uuid("5" + HEX + "{3}", "[89ab]" + HEX + "{3}")),
          Map.entry("isbn", text -> isIsbn10(text) || isIsbn13(text)),
          Map.entry("isbn10", OpenApiFormats::isIsbn10),
          Map.entry("isbn13", OpenApiFormats::isIsbn13),
          Map.entry("creditcard", OpenApiFormats::isCreditCard),
          Map.entry("ssn", OpenApiFormats::isSsn),
          Map.entry("hexcolor", matching("#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")),
          Map.entry(
              "rgbcolor",
              matching("rgb\\(" + COLOR_PART + "," + COLOR_PART + "," + COLOR_PART + "\\)")),
          Map.entry(
              "byte",
              matching(
                  "(?:[A-Za-z0-9+/]{4})*"
                      + "(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})")),
          Map.entry("password", text -> true),
          Map.entry("date", OpenApiFormats::isDate),
          Map.entry("duration", Durations::isDuration),
          Map.entry("datetime", OpenApiFormats::isDateTime),
          Map.entry("k8sshortname", text -> Formats.dns1123Label(text).isEmpty()),
          Map.entry("k8slongname", text -> Formats.dns1123Subdomain(text).isEmpty()));

  private OpenApiFormats() {}

  /// The check of this format; none if there is no such format for texts.
  public static Optional<Predicate<String>> check(String format) {
    return Optional.ofNullable(CHECKS.get(format.replace("-", "")));
  }

  /// Whether values of this type are checked against this format, or at least not confused by it.
  ///
  /// @param type of the schema; empty if it has none
  public static boolean isRecognized(String type, String format) {
    return switch (type) {
      case "", "string" -> check(format).isPresent();
      case "integer" -> Set.of("int32", "int64").contains(format);
      case "number" -> Set.of("float", "double").contains(format);
      default -> false;
    };
  }

  private static Predicate<String> matching(String regex) {
    var pattern = Pattern.compile(regex);
    return text -> pattern.matches(text);
  }

  private static Predicate<String> uuid(String third, String fourth) {
    return matching(
        "(?i)" + HEX + "{8}-?" + HEX + "{4}-?" + third + "-?" + fourth + "-?" + HEX + "{12}");
  }

  private static boolean isHostname(String text) {
    if (Formats.length(text) > LONGEST_HOSTNAME_BYTES || !HOSTNAME.matcher(text).find()) {
      return false;
    }
    for (var label : text.split("\\.", -1)) {
      if (Formats.length(label) > Formats.LONGEST_LABEL) {
        return false;
      }
    }
    return true;
  }

  /// 6, 8 or 20 bytes, as `01:23:45:67:89:ab`, with dashes, or as `0123.4567.89ab`.
  private static boolean isMac(String text) {
    int digits = text.indexOf('.') < 0 ? 2 : 4;
    if (text.length() <= digits) {
      return false;
    }
    char separator = text.charAt(digits);
    boolean known = digits == 4 ? separator == '.' : separator == ':' || separator == '-';
    var groups = text.split(Pattern.quote(String.valueOf(separator)), -1);
    int bytes = groups.length * digits / 2;
    if (!known || (bytes != 6 && bytes != 8 && bytes != 20)) {
      return false;
    }
    for (var group : groups) {
      if (group.length() != digits || !group.chars().allMatch(OpenApiFormats::isHexDigit)) {
        return false;
      }
    }
    return true;
  }

  static boolean isHexDigit(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }

  private static boolean isIsbn10(String text) {
    var digits = withoutDashes(text);
    if (digits.length() != 10 || !digits.substring(0, 9).chars().allMatch(c -> isDigit(c))) {
      return false;
    }
    int last = digits.charAt(9) == 'X' ? 10 : Character.digit(digits.charAt(9), 10);
    int sum = 10 * last;
    for (int i = 0; i < 9; i++) {
      sum += (i + 1) * (digits.charAt(i) - '0');
    }
    return last >= 0 && sum % 11 == 0;
  }

  private static boolean isIsbn13(String text) {
    var digits = withoutDashes(text);
    if (digits.length() != 13 || !digits.chars().allMatch(c -> isDigit(c))) {
      return false;
    }
    int sum = 0;
    for (int i = 0; i < 12; i++) {
      sum += (i % 2 == 0 ? 1 : 3) * (digits.charAt(i) - '0');
    }
    return digits.charAt(12) - '0' == (10 - sum % 10) % 10;
  }

  private static String withoutDashes(String text) {
    return text.replaceAll("[\\s-]+", "");
  }

  /// Luhn's check on what is left without everything that is no digit.
  private static boolean isCreditCard(String text) {
    var digits = text.replaceAll("[^0-9]+", "");
    if (!CREDIT_CARD.matcher(digits).find()) {
      return false;
    }
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      int weighed = i % 2 == 0 ? digit : digit * 2;
      sum += weighed > 9 ? weighed - 9 : weighed;
    }
    return sum % 10 == 0;
  }

  private static boolean isSsn(String text) {
    return text.length() == SSN_LENGTH && text.matches("[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}");
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isDate(String text) {
    if (!DATE.matcher(text).find()) {
      return false;
    }
    try {
      LocalDate.of(
          Integer.parseInt(text.substring(0, 4)),
          Integer.parseInt(text.substring(5, 7)),
          Integer.parseInt(text.substring(8)));
      return true;
    } catch (DateTimeException impossible) {
      return false;
    }
  }

  private static boolean isDateTime(String text) {
    var parts = text.toLowerCase(Locale.ROOT).split("t", -1);
    if (parts.length < 2 || !isDate(parts[0])) {
      return false;
    }
    var time = TIME.matcher(parts[1]);
    return time.find()
        && time.group(1).compareTo("23") <= 0
        && time.group(2).compareTo("59") <= 0
        && time.group(3).compareTo("59") <= 0;
  }
}
