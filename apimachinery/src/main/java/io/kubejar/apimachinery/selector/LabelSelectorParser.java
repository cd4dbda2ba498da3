package io.kubejar.apimachinery.selector;

import static io.kubejar.apimachinery.GoText.quoted;

import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apimachinery.selector.Requirement.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Reads the text form, such as `app in (a,b),!canary,tier=web`, with upstream's grammar and
/// messages.
final class LabelSelectorParser {
  private static final String BINARY_OPERATORS = "in, notin, =, ==, !=, gt, lt";
  private static final String SPECIAL = "=!(),><";

  private enum Kind {
    END,
    CLOSE,
    COMMA,
    NOT,
    DOUBLE_EQUALS,
    EQUALS,
    GREATER_THAN,
    WORD,
    IN,
    LESS_THAN,
    NOT_EQUALS,
    NOT_IN,
    OPEN,
    ERROR
  }

  private record Token(Kind kind, String text) {
    /// Where a value is expected, `in` and `notin` are words like any other.
    Kind asValue() {
      return kind == Kind.IN || kind == Kind.NOT_IN ? Kind.WORD : kind;
    }
  }

  private final List<Token> tokens = new ArrayList<>();
  private int position;

  private LabelSelectorParser(String text) {
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      int start = at;
      if (isSpace(c)) {
        at++;
        continue;
      }
      if (SPECIAL.indexOf(c) >= 0) {
        at = endOfSymbol(text, at);
        tokens.add(symbol(text.substring(start, at)));
      } else {
        while (at < text.length()
            && !isSpace(text.charAt(at))
            && SPECIAL.indexOf(text.charAt(at)) < 0) {
          at++;
        }
        tokens.add(word(text.substring(start, at)));
      }
    }
    tokens.add(new Token(Kind.END, ""));
  }

  static List<Requirement> parse(String text) {
    return new LabelSelectorParser(text).requirements();
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }

  private static int endOfSymbol(String text, int start) {
    boolean pair =
        start + 1 < text.length()
            && text.charAt(start + 1) == '='
            && (text.charAt(start) == '=' || text.charAt(start) == '!');
    return start + (pair ? 2 : 1);
  }

  private static Token symbol(String text) {
    var kind =
        switch (text) {
          case ")" -> Kind.CLOSE;
          case "," -> Kind.COMMA;
          case "!" -> Kind.NOT;
          case "==" -> Kind.DOUBLE_EQUALS;
          case "=" -> Kind.EQUALS;
          case ">" -> Kind.GREATER_THAN;
          case "<" -> Kind.LESS_THAN;
          case "!=" -> Kind.NOT_EQUALS;
          case "(" -> Kind.OPEN;
          default -> Kind.ERROR;
        };
    return new Token(kind, text);
  }

  private static Token word(String text) {
    return switch (text) {
      case "in" -> new Token(Kind.IN, text);
      case "notin" -> new Token(Kind.NOT_IN, text);
      default -> new Token(Kind.WORD, text);
    };
  }

  private List<Requirement> requirements() {
    var requirements = new ArrayList<Requirement>();
    while (true) {
      switch (peek().asValue()) {
        case END -> {
          return requirements;
        }
        case WORD, NOT -> requirements.add(requirement());
        default -> throw expected(peek(), "!, identifier, or 'end of string'");
      }
      var separator = next();
      switch (separator.asValue()) {
        case END -> {
          return requirements;
        }
        case COMMA -> {
          var following = peek().asValue();
          if (following != Kind.WORD && following != Kind.NOT) {
            throw expected(peek(), "identifier after ','");
          }
        }
        default -> throw expected(separator, "',' or 'end of string'");
      }
    }
  }

  private Requirement requirement() {
    try {
      boolean absent = peek().kind == Kind.NOT;
      if (absent) {
        next();
      }
      var key = next();
      if (key.asValue() != Kind.WORD) {
        throw expected(key, "identifier");
      }
      var errors = Formats.labelKey(key.text);
      if (!errors.isEmpty()) {
        throw new SelectorFormatException(
            "<nil>: Invalid value: " + quoted(key.text) + ": " + String.join("; ", errors));
      }
      if (absent) {
        return Requirement.of(key.text, Operator.DOES_NOT_EXIST, List.of());
      }
      if (peek().kind == Kind.END || peek().kind == Kind.COMMA) {
        return Requirement.of(key.text, Operator.EXISTS, List.of());
      }
      var operator = operator();
      boolean set = operator == Operator.IN || operator == Operator.NOT_IN;
      return Requirement.of(key.text, operator, set ? set() : List.of(value()));
    } catch (SelectorFormatException wrong) {
      throw new SelectorFormatException("unable to parse requirement: " + wrong.getMessage());
    }
  }

  private Operator operator() {
    var token = next();
    return switch (token.kind) {
      case IN -> Operator.IN;
      case NOT_IN -> Operator.NOT_IN;
      case EQUALS -> Operator.EQUALS;
      case DOUBLE_EQUALS -> Operator.DOUBLE_EQUALS;
      case NOT_EQUALS -> Operator.NOT_EQUALS;
      case GREATER_THAN -> Operator.GREATER_THAN;
      case LESS_THAN -> Operator.LESS_THAN;
      default -> throw expected(token, BINARY_OPERATORS);
    };
  }

  private String value() {
    if (peek().kind == Kind.END || peek().kind == Kind.COMMA) {
      return "";
    }
    var token = next();
    if (token.asValue() != Kind.WORD) {
      throw expected(token, "identifier");
    }
    return token.text;
  }

  /// `(a,b)`; an empty place between commas is the empty value.
  private List<String> set() {
    var open = next();
    if (open.kind != Kind.OPEN) {
      throw new SelectorFormatException("found '" + open.text + "' expected: '('");
    }
    var values = new TreeSet<String>();
    boolean wordExpected = true;
    while (true) {
      var token = next();
      switch (token.asValue()) {
        case WORD -> {
          if (!wordExpected) {
            throw expected(token, "',' or ')'");
          }
          values.add(token.text);
          wordExpected = false;
        }
        case COMMA -> {
          if (wordExpected) {
            values.add("");
          }
          wordExpected = true;
        }
        case CLOSE -> {
          if (wordExpected) {
            values.add("");
          }
          return List.copyOf(values);
        }
        default -> throw expected(token, wordExpected ? "',', ')' or identifier" : "',' or ')'");
      }
    }
  }

  private Token peek() {
    return tokens.get(position);
  }

  /// The end stays where it is, however often it is taken.
  private Token next() {
    var token = tokens.get(position);
    if (token.kind != Kind.END) {
      position++;
    }
    return token;
  }

  private static SelectorFormatException expected(Token found, String what) {
    return new SelectorFormatException("found '" + found.text + "', expected: " + what);
  }
}
