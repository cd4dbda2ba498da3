package io.kubejar.simulation.template;

import io.kubejar.simulation.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/// Cuts an action into its pieces.
final class Tokens {
  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private boolean space = true;

  private Tokens(String text) {
    this.text = text;
  }

  static List<Token> of(String action) {
    var tokens = new Tokens(action);
    while (tokens.at < action.length()) {
      tokens.next();
    }
    return List.copyOf(tokens.tokens);
  }

  private void next() {
    char c = text.charAt(at);
    if (Character.isWhitespace(c)) {
      at++;
      space = true;
    } else if (c == '"' || c == '`') {
      string(c);
    } else if (text.startsWith(":=", at)) {
      add(Kind.SIGN, at + 2);
    } else if ("()|,=".indexOf(c) >= 0) {
      add(Kind.SIGN, at + 1);
    } else if (c == '.') {
      add(Kind.FIELD, wordEnd(at + 1));
    } else if (c == '$') {
      add(Kind.VARIABLE, wordEnd(at + 1));
    } else if (Character.isDigit(c) || c == '-') {
      add(Kind.NUMBER, wordEnd(at + 1));
    } else if (wordEnd(at) > at) {
      add(Kind.WORD, wordEnd(at));
    } else {
      throw new TemplateException("unexpected \"" + c + "\" in {{" + text + "}}");
    }
  }

  private void string(char quote) {
    var value = new StringBuilder();
    int i = at + 1;
    while (i < text.length() && text.charAt(i) != quote) {
      if (quote == '"' && text.charAt(i) == '\\' && i + 1 < text.length()) {
        i++;
        char escaped = text.charAt(i);
        value.append(escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped);
      } else {
        value.append(text.charAt(i));
      }
      i++;
    }
    if (i == text.length()) {
      throw new TemplateException("unterminated quoted string in {{" + text + "}}");
    }
    tokens.add(new Token(Kind.STRING, value.toString(), space));
    at = i + 1;
    space = false;
  }

  private void add(Kind kind, int end) {
    tokens.add(new Token(kind, text.substring(at, end), space));
    at = end;
    space = false;
  }

  private int wordEnd(int from) {
    int i = from;
    while (i < text.length()
        && (Character.isLetterOrDigit(text.charAt(i)) || text.charAt(i) == '_')) {
      i++;
    }
    return i;
  }
}
