package io.kubejar.simulation.template;

import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.simulation.template.Expression.Scope;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A text in the template language of Go, over JSON data: output, variables, pipelines, `if`,
/// `range`, `with` and `else`, trimmed spaces, and the functions it is given beside those of
/// [Standard]. It knows no named templates and no methods.
///
/// Immutable; the same data and functions give the same text.
public final class GoTemplate {
  private final Block body;

  private GoTemplate(Block body) {
    this.body = body;
  }

  /// @param functions the names of those that [#render] will be given
  /// @throws TemplateException if it cannot be read, or calls a function that there is not
  public static GoTemplate parse(String text, Set<String> functions) {
    var all = new HashSet<>(Standard.FUNCTIONS.keySet());
    all.addAll(functions);
    return new GoTemplate(new Reader(Pieces.of(text), all).all());
  }

  /// @throws TemplateException if the data do not fit
  public String render(JsonValue data, Map<String, Function> functions) {
    var out = new StringBuilder();
    body.write(Scope.of(data, functions), out);
    return out.toString();
  }

  /// Puts the pieces into blocks.
  private static final class Reader {
    private final List<Pieces.Piece> pieces;
    private final Set<String> functions;
    private int at;

    Reader(List<Pieces.Piece> pieces, Set<String> functions) {
      this.pieces = pieces;
      this.functions = functions;
    }

    Block all() {
      var all = sequence();
      if (at < pieces.size()) {
        throw new TemplateException("unexpected {{" + pieces.get(at).text() + "}}");
      }
      return all;
    }

    /// Up to the end, or an `else` or `end` that belongs to somebody else.
    private Block sequence() {
      var blocks = new ArrayList<Block>();
      while (at < pieces.size() && !closes(pieces.get(at))) {
        var piece = pieces.get(at);
        at++;
        blocks.add(piece.action() ? action(piece.text()) : new Block.Text(piece.text()));
      }
      return new Block.Sequence(List.copyOf(blocks));
    }

    private static boolean closes(Pieces.Piece piece) {
      return piece.action()
          && (piece.text().equals("end")
              || piece.text().equals("else")
              || piece.text().startsWith("else "));
    }

    private Block action(String text) {
      var line = pipelines(text);
      if (line.take("if")) {
        return conditional(line.rest());
      }
      if (line.take("with")) {
        var expression = line.rest();
        var then = sequence();
        return new Block.With(expression, then, otherwise());
      }
      if (line.take("range")) {
        var variables = line.targets(":=");
        var expression = line.rest();
        var body = sequence();
        return new Block.Range(variables, expression, body, otherwise());
      }
      for (var sign : List.of(":=", "=")) {
        var names = line.targets(sign);
        if (!names.isEmpty()) {
          return new Block.Assignment(names.getFirst(), sign.equals(":="), line.rest());
        }
      }
      return new Block.Output(line.rest());
    }

    private Block conditional(Expression condition) {
      var then = sequence();
      return new Block.If(condition, then, otherwise());
    }

    /// What comes behind `else`, up to `end`.
    private Block otherwise() {
      if (at == pieces.size()) {
        throw new TemplateException("unexpected EOF");
      }
      var closing = pieces.get(at).text();
      at++;
      if (closing.equals("end")) {
        return new Block.Sequence(List.of());
      }
      var line = pipelines(closing.substring("else".length()));
      if (line.take("if")) {
        return conditional(line.rest()); // One end is for both.
      }
      if (!line.ended()) {
        throw new TemplateException("unexpected {{" + closing + "}}");
      }
      var block = sequence();
      if (at == pieces.size() || !pieces.get(at).text().equals("end")) {
        throw new TemplateException("expected end");
      }
      at++;
      return block;
    }

    private Pipelines pipelines(String text) {
      return new Pipelines(Tokens.of(text), functions);
    }
  }
}
