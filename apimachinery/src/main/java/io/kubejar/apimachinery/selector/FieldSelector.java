package io.kubejar.apimachinery.selector;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/// A condition on some fields, such as `spec.nodeName=n1,status.phase!=Failed`: all its terms must
/// hold.
///
/// Which fields a kind can be selected by is for the kind to say.
public record FieldSelector(List<Term> terms) {
  public static final FieldSelector EVERYTHING = new FieldSelector(List.of());

  /// A field that must, or must not, have this value. A field that is absent has the empty value.
  public record Term(String field, boolean equal, String value) {
    @Override
    public String toString() {
      return field + (equal ? "=" : "!=") + escape(value);
    }
  }

  public FieldSelector {
    terms = List.copyOf(terms);
  }

  /// Reads the text form.
  ///
  /// @throws SelectorFormatException if it is malformed
  public static FieldSelector parse(String text) {
    if (text.isEmpty()) {
      return EVERYTHING;
    }
    var terms = new ArrayList<Term>();
    var parts = split(text);
    parts.sort(null);
    for (var part : parts) {
      if (!part.isEmpty()) {
        terms.add(term(text, part));
      }
    }
    return new FieldSelector(terms);
  }

  /// One field, one value.
  public static FieldSelector of(String field, String value) {
    return new FieldSelector(List.of(new Term(field, true, value)));
  }

  /// Whether the fields, looked up by name, satisfy all terms.
  public boolean matches(UnaryOperator<String> fields) {
    for (var term : terms) {
      if (fields.apply(term.field).equals(term.value) != term.equal) {
        return false;
      }
    }
    return true;
  }

  /// Whether it matches everything.
  public boolean isEmpty() {
    return terms.isEmpty();
  }

  /// The one value that this field must have, if there is one.
  public Optional<String> requiredValue(String field) {
    return terms.stream()
        .filter(term -> term.equal && term.field.equals(field))
        .map(Term::value)
        .findFirst();
  }

  /// The text with what has a meaning in a selector escaped by a backslash.
  public static String escape(String value) {
    return value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=");
  }

  @Override
  public String toString() {
    return terms.stream().map(Term::toString).collect(Collectors.joining(","));
  }

  private static List<String> split(String text) {
    var parts = new ArrayList<String>();
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.charAt(i) == ',') {
        parts.add(text.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(text.substring(start));
    return parts;
  }

  private static Term term(String text, String part) {
    int equals = part.indexOf('=');
    if (equals < 0) {
      throw new SelectorFormatException(
          "invalid selector: '" + text + "'; can't understand '" + part + "'");
    }
    if (equals > 0 && part.charAt(equals - 1) == '!') {
      return new Term(part.substring(0, equals - 1), false, unescape(part.substring(equals + 1)));
    }
    int value = part.startsWith("==", equals) ? equals + 2 : equals + 1;
    return new Term(part.substring(0, equals), true, unescape(part.substring(value)));
  }

  private static String unescape(String value) {
    var plain = new StringBuilder(value.length());
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\') {
        i++;
        if (i == value.length() || "\\,=".indexOf(value.charAt(i)) < 0) {
          var sequence = i < value.length() ? value.substring(i - 1, i + 1) : "\\";
          throw new SelectorFormatException(
              "invalid field selector: invalid escape sequence: " + sequence);
        }
        plain.append(value.charAt(i));
      } else if (c == ',' || c == '=') {
        throw new SelectorFormatException(
            "invalid field selector: unescaped character in value: " + (int) c);
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }
}
