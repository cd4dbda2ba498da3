package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.validation.FieldPath;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A path in the simple kind of JSONPath that rules and selectable fields use, such as
/// `.spec.labels['app']`, found in a schema.
///
/// @param path in the way of error messages: `spec.labels[app]`
/// @param root the first name; empty if the path leads nowhere
/// @param schema what the path points to
public record SchemaPath(FieldPath path, String root, StructuralSchema schema) {

  /// A path does not lead to anything in the schema, or is malformed.
  public static final class InvalidPathException extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidPathException(String message) {
      super(message);
    }
  }

  /// Follows a path.
  ///
  /// @param brackets whether names may also stand in brackets and quotes
  public static SchemaPath resolve(String text, StructuralSchema schema, boolean brackets)
      throws InvalidPathException {
    var found = new SchemaPath(FieldPath.root(), "", schema);
    var tokens = tokens(text);
    for (int i = 0; i < tokens.size(); i++) {
      switch (tokens.get(i)) {
        case "." -> found = found.step(token(tokens, ++i));
        case "[" -> {
          if (!brackets) {
            throw new InvalidPathException("array notation is not allowed");
          }
          found = found.step(unquoted(token(tokens, ++i)));
          var end = token(tokens, ++i);
          if (!end.equals("]")) {
            throw new InvalidPathException("expected ] but got " + end);
          }
        }
        default -> throw new InvalidPathException("expected [ or . but got: " + tokens.get(i));
      }
    }
    return found;
  }

  private SchemaPath step(String name) throws InvalidPathException {
    @Nullable StructuralSchema next;
    boolean named = !schema.properties().isEmpty();
    if (named) {
      next = schema.properties().get(name);
    } else {
      next = schema.additionalSchema();
    }
    if (next == null) {
      throw new InvalidPathException("does not refer to a valid field");
    }
    var longer = named ? path.child(name) : path.key(name);
    return new SchemaPath(longer, root.isEmpty() ? name : root, next);
  }

  private static String token(List<String> tokens, int index) throws InvalidPathException {
    if (index >= tokens.size()) {
      throw new InvalidPathException("unexpected end of JSON path");
    }
    return tokens.get(index);
  }

  /// Dots, brackets, and what stands between them. Quotes protect what is inside; a quote that is
  /// not closed ends the path.
  private static List<String> tokens(String text) {
    var tokens = new ArrayList<String>();
    int start = 0;
    while (start < text.length()) {
      int end = tokenEnd(text, start);
      if (end < 0) {
        tokens.add(text.substring(start));
        return tokens;
      }
      tokens.add(text.substring(start, end));
      start = end;
    }
    return tokens;
  }

  private static int tokenEnd(String text, int start) {
    if (text.charAt(start) == '\'') {
      for (int i = start + 1; i < text.length(); i++) {
        if (text.charAt(i) == '\'' && text.charAt(i - 1) != '\\') {
          return i + 1;
        }
      }
      return -1;
    }
    for (int i = start; i < text.length(); i++) {
      if (".[]".indexOf(text.charAt(i)) >= 0) {
        return i == start ? i + 1 : i;
      }
    }
    return -1;
  }

  private static String unquoted(String token) throws InvalidPathException {
    if (token.length() < 2 || !token.startsWith("'") || !token.endsWith("'")) {
      throw new InvalidPathException("expected single quoted string but got " + token);
    }
    var text = new StringBuilder();
    for (int i = 1; i < token.length() - 1; i++) {
      char c = token.charAt(i);
      if (c == '\\' && i + 1 < token.length() - 1) {
        text.append(unescaped(token.charAt(++i)));
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  private static char unescaped(char escaped) throws InvalidPathException {
    int index = "abfnrtv'\\".indexOf(escaped);
    if (index < 0) {
      throw new InvalidPathException("invalid string literal: invalid escape char \\" + escaped);
    }
    return "\u0007\b\f\n\r\t\u000b'\\".charAt(index);
  }
}
