package io.kubejar.apimachinery.format;

import java.util.ArrayList;
import java.util.List;

/// Checks of short texts. Each returns what is wrong, in upstream's words; nothing if all is well.
///
/// The checks are scanners and no regular expressions: they run on every write, on texts that
/// strangers choose.
public final class Formats {
  public static final int LONGEST_LABEL = 63;
  public static final int LONGEST_SUBDOMAIN = 253;

  private static final String LABEL_REGEX = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  private static final String SUBDOMAIN_REGEX = LABEL_REGEX + "(\\." + LABEL_REGEX + ")*";
  private static final String DNS_1035_REGEX = "[a-z]([-a-z0-9]*[a-z0-9])?";
  private static final String KEY_REGEX = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
  private static final String UNDERSCORED_LABEL_REGEX = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
  private static final String UNDERSCORED_SUBDOMAIN_REGEX =
      UNDERSCORED_LABEL_REGEX + "(\\." + UNDERSCORED_LABEL_REGEX + ")*";

  private Formats() {}

  public static List<String> dns1123Label(String value) {
    var errors = tooLong(value, LONGEST_LABEL);
    if (!isDnsLabel(value, 0, value.length())) {
      errors.add(
          isDnsSubdomain(value)
              ? "must not contain dots"
              : regex(
                  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or"
                      + " '-', and must start and end with an alphanumeric character",
                  LABEL_REGEX,
                  "my-name",
                  "123-abc"));
    }
    return errors;
  }

  public static List<String> dns1123Subdomain(String value) {
    var errors = tooLong(value, LONGEST_SUBDOMAIN);
    if (!isDnsSubdomain(value)) {
      errors.add(
          regex(
              "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters,"
                  + " '-' or '.', and must start and end with an alphanumeric character",
              SUBDOMAIN_REGEX,
              "example.com"));
    }
    return errors;
  }

  /// A subdomain whose labels may begin with and contain underscores, as search domains may.
  public static List<String> dns1123SubdomainWithUnderscore(String value) {
    var errors = tooLong(value, LONGEST_SUBDOMAIN);
    for (var label : value.split("\\.", -1)) {
      var rest = label.startsWith("_") ? label.substring(1) : label;
      if (!isDnsLabel(rest.replace('_', '-'), 0, rest.length())
          || rest.startsWith("_")
          || rest.endsWith("_")) {
        errors.add(
            regex(
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters,"
                    + " '_', '-' or '.', and must start and end with an alphanumeric character",
                UNDERSCORED_SUBDOMAIN_REGEX,
                "example.com"));
        break;
      }
    }
    return errors;
  }

  public static List<String> wildcardDns1123Subdomain(String value) {
    var errors = tooLong(value, LONGEST_SUBDOMAIN);
    if (!value.startsWith("*.") || !isDnsSubdomain(value.substring(2))) {
      errors.add(
          regex(
              "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS"
                  + " subdomain, which must consist of lower case alphanumeric characters, '-' or"
                  + " '.' and end with an alphanumeric character",
              "\\*\\." + SUBDOMAIN_REGEX,
              "*.example.com"));
    }
    return errors;
  }

  public static List<String> dns1035Label(String value) {
    var errors = tooLong(value, LONGEST_LABEL);
    if (!isDnsLabel(value, 0, value.length()) || isDigit(value.charAt(0))) {
      errors.add(
          regex(
              "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start"
                  + " with an alphabetic character, and end with an alphanumeric character",
              DNS_1035_REGEX,
              "my-name",
              "abc-123"));
    }
    return errors;
  }

  /// A label or annotation key: a name, perhaps with a subdomain and a slash before it.
  public static List<String> labelKey(String value) {
    var errors = new ArrayList<String>();
    int slash = value.indexOf('/');
    if (slash != value.lastIndexOf('/')) {
      errors.add(
          "a valid label key "
              + keyRegex()
              + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
      return errors;
    }
    if (slash == 0) {
      errors.add("prefix part " + nonEmpty());
    } else if (slash > 0) {
      dns1123Subdomain(value.substring(0, slash))
          .forEach(error -> errors.add("prefix part " + error));
    }
    var name = value.substring(slash + 1);
    if (name.isEmpty()) {
      errors.add("name part " + nonEmpty());
    } else if (length(name) > LONGEST_LABEL) {
      errors.add("name part must be no more than " + LONGEST_LABEL + " bytes");
    }
    if (!isKeyName(name)) {
      errors.add("name part " + keyRegex());
    }
    return errors;
  }

  public static List<String> labelValue(String value) {
    var errors = new ArrayList<String>();
    if (length(value) > LONGEST_LABEL) {
      errors.add("must be no more than " + LONGEST_LABEL + " bytes");
    }
    if (!value.isEmpty() && !isKeyName(value)) {
      errors.add(
          regex(
              "a valid label must be an empty string or consist of alphanumeric characters, '-',"
                  + " '_' or '.', and must start and end with an alphanumeric character",
              "(" + KEY_REGEX + ")?",
              "MyValue",
              "my_value",
              "12345"));
    }
    return errors;
  }

  /// The name of an environment variable as it was before any printable text was allowed.
  public static List<String> strictEnvironmentName(String value) {
    var errors = new ArrayList<String>();
    boolean wellFormed = !value.isEmpty() && !isDigit(value.charAt(0));
    if (!wellFormed
        || !value.chars().allMatch(c -> isAlphanumeric(c) || c == '-' || c == '.' || c == '_')) {
      errors.add(
          regex(
              "a valid environment variable name must consist of alphabetic characters, digits,"
                  + " '_', '-', or '.', and must not start with a digit",
              "[-._a-zA-Z][-._a-zA-Z0-9]*",
              "my.env-name",
              "MY_ENV.NAME",
              "MyEnvName1"));
    }
    errors.addAll(pathStep(value));
    return errors;
  }

  public static List<String> environmentName(String value) {
    var errors = new ArrayList<String>();
    if (value.isEmpty()) {
      errors.add("environment variable name " + nonEmpty());
    }
    if (!value.chars().allMatch(c -> c >= 0x20 && c < 0x7f && c != '=')) {
      errors.add(
          "a valid environment variable name must consist only of printable ASCII characters other"
              + " than '='");
    }
    return errors;
  }

  /// A key of a ConfigMap or Secret.
  public static List<String> configKey(String value) {
    var errors = tooLong(value, LONGEST_SUBDOMAIN);
    if (value.isEmpty()
        || !value.chars().allMatch(c -> isAlphanumeric(c) || c == '-' || c == '.' || c == '_')) {
      errors.add(
          regex(
              "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
              "[-._a-zA-Z0-9]+",
              "key.name",
              "KEY_NAME",
              "key-name"));
    }
    errors.addAll(pathStep(value));
    return errors;
  }

  public static List<String> portNumber(int port) {
    return inRange(port, 1, 65535);
  }

  public static List<String> portName(String name) {
    var errors = tooLong(name, 15);
    if (name.isEmpty() || !name.chars().allMatch(c -> isLowerAlphanumeric(c) || c == '-')) {
      errors.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
    }
    if (name.chars().noneMatch(c -> c >= 'a' && c <= 'z')) {
      errors.add("must contain at least one letter (a-z)");
    }
    if (name.contains("--")) {
      errors.add("must not contain consecutive hyphens");
    }
    if (name.startsWith("-") || name.endsWith("-")) {
      errors.add("must not begin or end with a hyphen");
    }
    return errors;
  }

  public static List<String> userOrGroupId(long id) {
    return inRange(id, 0, Integer.MAX_VALUE);
  }

  public static List<String> inRange(long value, long lowest, long highest) {
    return value >= lowest && value <= highest
        ? List.of()
        : List.of("must be between " + lowest + " and " + highest + ", inclusive");
  }

  public static List<String> percent(String value) {
    int digits = value.length() - 1;
    if (digits > 0
        && value.charAt(digits) == '%'
        && value.chars().limit(digits).allMatch(Formats::isDigit)) {
      return List.of();
    }
    return List.of(
        regex(
            "a valid percent string must be a numeric string followed by an ending '%'",
            "[0-9]+%", "1%", "93%"));
  }

  public static List<String> httpHeaderName(String value) {
    if (!value.isEmpty() && value.chars().allMatch(c -> isAlphanumeric(c) || c == '-')) {
      return List.of();
    }
    return List.of(
        regex(
            "a valid HTTP header must consist of alphanumeric characters or '-'",
            "[-A-Za-z0-9]+",
            "X-Header-Name"));
  }

  /// A name that stands in a URL between two slashes.
  public static List<String> pathSegment(String name) {
    if (name.equals(".") || name.equals("..")) {
      return List.of("may not be '" + name + "'");
    }
    var errors = new ArrayList<String>();
    for (var forbidden : List.of("/", "%")) {
      if (name.contains(forbidden)) {
        errors.add("may not contain '" + forbidden + "'");
      }
    }
    return errors;
  }

  /// A text with the rule that it breaks, examples, and the rule as a regular expression.
  public static String regex(String message, String regex, String... examples) {
    var text = new StringBuilder(message).append(" (");
    for (int i = 0; i < examples.length; i++) {
      text.append(i == 0 ? "e.g. '" : " or '").append(examples[i]).append("', ");
    }
    return text.append("regex used for validation is '").append(regex).append("')").toString();
  }

  private static String keyRegex() {
    return regex(
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
            + " alphanumeric character",
        KEY_REGEX,
        "MyName",
        "my.name",
        "123-abc");
  }

  private static List<String> pathStep(String value) {
    if (value.equals(".") || value.equals("..")) {
      return List.of("must not be '" + value + "'");
    }
    return value.startsWith("..") ? List.of("must not start with '..'") : List.of();
  }

  private static List<String> tooLong(String value, int longest) {
    var errors = new ArrayList<String>();
    if (length(value) > longest) {
      errors.add("must be no more than " + longest + " characters");
    }
    return errors;
  }

  /// In bytes, as Go counts.
  static int length(String value) {
    int bytes = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    return bytes;
  }

  private static String nonEmpty() {
    return "must be non-empty";
  }

  private static boolean isDnsSubdomain(String value) {
    int start = 0;
    for (int dot = value.indexOf('.'); dot >= 0; dot = value.indexOf('.', start)) {
      if (!isDnsLabel(value, start, dot)) {
        return false;
      }
      start = dot + 1;
    }
    return isDnsLabel(value, start, value.length());
  }

  private static boolean isDnsLabel(String value, int from, int to) {
    if (from >= to || value.charAt(from) == '-' || value.charAt(to - 1) == '-') {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (!isLowerAlphanumeric(value.charAt(i)) && value.charAt(i) != '-') {
        return false;
      }
    }
    return true;
  }

  private static boolean isKeyName(String name) {
    if (name.isEmpty()
        || !isAlphanumeric(name.charAt(0))
        || !isAlphanumeric(name.charAt(name.length() - 1))) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!isAlphanumeric(c) && c != '-' && c != '_' && c != '.') {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLowerAlphanumeric(int c) {
    return (c >= 'a' && c <= 'z') || isDigit(c);
  }

  private static boolean isAlphanumeric(int c) {
    return isLowerAlphanumeric(c) || (c >= 'A' && c <= 'Z');
  }
}
