package io.kubejar.apimachinery.format;

/// Whether texts are addresses, as Go's parsers see it. No name is looked up.
final class IpTexts {
  private static final int GROUPS = 8;
  private static final int LONGEST_GROUP = 4;

  private IpTexts() {}

  /// Also true for an IPv6 address that ends like an IPv4 one: upstream only looks for a dot.
  static boolean isIpv4(String text) {
    return text.indexOf('.') >= 0 && isAddress(text, true);
  }

  static boolean isIpv6(String text) {
    return text.indexOf(':') >= 0 && isAddress(text, false);
  }

  /// An address and the length of a prefix, such as `10.0.0.0/8`.
  static boolean isCidr(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || !isAddress(text.substring(0, slash), true)) {
      return false;
    }
    var length = text.substring(slash + 1);
    int longest = text.indexOf(':') < 0 ? 32 : 128;
    return isDecimal(length) && length.length() <= 3 && Integer.parseInt(length) <= longest;
  }

  /// @param sloppy whether parts of an IPv4 address may start with zeros, as they could before Go
  ///   1.17
  private static boolean isAddress(String text, boolean sloppy) {
    return text.indexOf(':') < 0 ? isDotted(text, sloppy) : isColoned(text, sloppy);
  }

  private static boolean isDotted(String text, boolean sloppy) {
    var parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return false;
    }
    for (var part : parts) {
      boolean leadingZero = part.length() > 1 && part.charAt(0) == '0';
      if (!isDecimal(part) || (leadingZero && !sloppy) || value(part) > 255) {
        return false;
      }
    }
    return true;
  }

  private static int value(String digits) {
    var significant = digits.replaceFirst("^0+(?=.)", "");
    return significant.length() > 3 ? Integer.MAX_VALUE : Integer.parseInt(significant);
  }

  private static boolean isDecimal(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private static boolean isColoned(String text, boolean sloppy) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      return groups(text, true, sloppy) == GROUPS;
    }
    var before = text.substring(0, gap);
    var after = text.substring(gap + 2);
    int first = before.isEmpty() ? 0 : groups(before, false, sloppy);
    int second = after.isEmpty() ? 0 : groups(after, true, sloppy);
    return first >= 0 && second >= 0 && first + second < GROUPS;
  }

  /// How many groups of 16 bits the text has; negative if it is malformed.
  private static int groups(String text, boolean mayEndDotted, boolean sloppy) {
    var parts = text.split(":", -1);
    int count = 0;
    for (int i = 0; i < parts.length; i++) {
      var part = parts[i];
      if (part.indexOf('.') >= 0) {
        boolean last = i == parts.length - 1;
        return last && mayEndDotted && isDotted(part, sloppy) ? count + 2 : -1;
      }
      if (part.isEmpty()
          || part.length() > LONGEST_GROUP
          || !part.chars().allMatch(OpenApiFormats::isHexDigit)) {
        return -1;
      }
      count++;
    }
    return count;
  }
}
