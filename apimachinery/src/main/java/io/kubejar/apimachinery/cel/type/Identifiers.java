package io.kubejar.apimachinery.cel.type;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// How property names of JSON are written in expressions: `a-b` as `a__dash__b`, the reserved word
/// `namespace` as `__namespace__`.
public final class Identifiers {
  private static final Pattern ESCAPABLE = Pattern.compile("[A-Za-z_.\\-/][A-Za-z0-9_.\\-/]*");
  private static final Pattern ESCAPES =
      Pattern.compile("__(underscores|dot|dash|slash)__|__([A-Za-z]+)__");

  /// Words that the grammar keeps for itself.
  private static final Set<String> RESERVED =
      Set.of(
          "true",
          "false",
          "null",
          "in",
          "as",
          "break",
          "const",
          "continue",
          "else",
          "for",
          "function",
          "if",
          "import",
          "let",
          "loop",
          "package",
          "namespace",
          "return",
          "var",
          "void",
          "while");

  private Identifiers() {}

  /// Whether the grammar keeps this word for itself, so that nothing can have it for a name.
  public static boolean isReserved(String word) {
    return RESERVED.contains(word);
  }

  /// The identifier for a property; empty if it cannot be reached in expressions.
  public static Optional<String> escape(String property) {
    if (!ESCAPABLE.matcher(property).matches()) {
      return Optional.empty();
    }
    return Optional.of(
        RESERVED.contains(property)
            ? "__" + property + "__"
            : property
                .replace("__", "__underscores__")
                .replace(".", "__dot__")
                .replace("-", "__dash__")
                .replace("/", "__slash__"));
  }

  /// The property that an identifier stands for; empty if it is no well-formed escape.
  public static Optional<String> unescape(String identifier) {
    if (!identifier.contains("__")) {
      return Optional.of(identifier);
    }
    var escapes = ESCAPES.matcher(identifier);
    var property = new StringBuilder();
    int at = 0;
    while (escapes.find()) {
      property.append(identifier, at, escapes.start());
      var reserved = escapes.group(2);
      if (reserved != null) {
        boolean isWhole = escapes.start() == 0 && escapes.end() == identifier.length();
        if (!isWhole || !RESERVED.contains(reserved)) {
          return Optional.empty();
        }
        return Optional.of(reserved);
      }
      property.append(plain(escapes.group(1)));
      at = escapes.end();
    }
    var rest = identifier.substring(at);
    return rest.contains("__") ? Optional.empty() : Optional.of(property.append(rest).toString());
  }

  private static String plain(String escape) {
    return switch (escape) {
      case "dot" -> ".";
      case "dash" -> "-";
      case "slash" -> "/";
      default -> "__";
    };
  }
}
