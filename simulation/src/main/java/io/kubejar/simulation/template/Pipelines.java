package io.kubejar.simulation.template;

import io.kubejar.apimachinery.json.JsonBoolean;
import io.kubejar.apimachinery.json.JsonNull;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.simulation.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Reads the expressions of one action.
final class Pipelines {
  private final List<Token> tokens;
  private final Set<String> functions;
  private int at;

  Pipelines(List<Token> tokens, Set<String> functions) {
    this.tokens = tokens;
    this.functions = functions;
  }

  /// All that is left of the action.
  Expression rest() {
    var all = pipeline();
    if (at < tokens.size()) {
      throw unexpected();
    }
    return all;
  }

  boolean ended() {
    return at == tokens.size();
  }

  /// The next word, if it is this one.
  boolean take(String text) {
    boolean found = !ended() && tokens.get(at).text().equals(text);
    boolean plain = found && tokens.get(at).kind() != Kind.STRING;
    at += plain ? 1 : 0;
    return plain;
  }

  /// The names of the variables that `:=` or `=` declares or changes; none if there is no such
  /// sign.
  List<String> targets(String sign) {
    var names = new ArrayList<String>();
    for (int i = at; i + 1 < tokens.size() && tokens.get(i).kind() == Kind.VARIABLE; i += 2) {
      names.add(tokens.get(i).text());
      if (tokens.get(i + 1).is(sign)) {
        at = i + 2;
        return names;
      }
      if (!tokens.get(i + 1).is(",")) {
        return List.of();
      }
    }
    return List.of();
  }

  private Expression pipeline() {
    var result = command();
    while (take("|")) {
      if (!(command() instanceof Expression.Call next)) {
        throw new TemplateException("only functions can follow a \"|\"");
      }
      result = next.with(result);
    }
    return result;
  }

  private Expression command() {
    if (ended()) {
      throw new TemplateException("missing value");
    }
    var first = tokens.get(at);
    if (first.kind() == Kind.WORD && functions.contains(first.text())) {
      at++;
      var arguments = new ArrayList<Expression>();
      while (!ended() && !tokens.get(at).is("|") && !tokens.get(at).is(")")) {
        arguments.add(operand());
      }
      return new Expression.Call(first.text(), List.copyOf(arguments));
    }
    return operand();
  }

  private Expression operand() {
    var token = tokens.get(at);
    at++;
    return switch (token.kind()) {
      case STRING -> new Expression.Literal(new JsonString(token.text()));
      case NUMBER -> new Expression.Literal(new JsonNumber(token.text()));
      case VARIABLE -> fields(new Expression.Variable(token.text()));
      case FIELD -> {
        at--;
        yield fields(new Expression.Dot());
      }
      case WORD -> word(token.text());
      case SIGN -> {
        if (!token.is("(")) {
          at--;
          throw unexpected();
        }
        var inside = pipeline();
        if (!take(")")) {
          throw new TemplateException("unclosed left paren");
        }
        yield fields(inside);
      }
    };
  }

  private Expression word(String name) {
    return switch (name) {
      case "true" -> new Expression.Literal(JsonBoolean.TRUE);
      case "false" -> new Expression.Literal(JsonBoolean.FALSE);
      case "nil" -> new Expression.Literal(JsonNull.NULL);
      default -> {
        if (!functions.contains(name)) {
          throw new TemplateException("function \"" + name + "\" not defined");
        }
        yield new Expression.Call(name, List.of());
      }
    };
  }

  /// Fields that follow without a space; after a dot of its own the first one may stand apart.
  private Expression fields(Expression of) {
    var names = new ArrayList<String>();
    boolean first = of instanceof Expression.Dot;
    while (!ended()
        && tokens.get(at).kind() == Kind.FIELD
        && (first || !tokens.get(at).spaceBefore())) {
      var name = tokens.get(at).text().substring(1);
      if (!name.isEmpty()) {
        names.add(name);
      }
      first = false;
      at++;
    }
    return names.isEmpty() ? of : new Expression.Fields(of, List.copyOf(names));
  }

  private TemplateException unexpected() {
    return new TemplateException("unexpected \"" + tokens.get(at).text() + "\"");
  }
}
