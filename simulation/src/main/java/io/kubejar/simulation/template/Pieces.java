package io.kubejar.simulation.template;

import java.util.ArrayList;
import java.util.List;

/// A template, cut into text and actions.
final class Pieces {
  private static final String OPEN = "{{";
  private static final String CLOSE = "}}";

  private Pieces() {}

  /// @param action whether it stood between braces
  record Piece(String text, boolean action) {}

  static List<Piece> of(String template) {
    var pieces = new ArrayList<Piece>();
    boolean trims = false;
    int at = 0;
    for (int open = template.indexOf(OPEN); open >= 0; open = template.indexOf(OPEN, at)) {
      int close = template.indexOf(CLOSE, open);
      if (close < 0) {
        throw new TemplateException("unclosed action");
      }
      var action = template.substring(open + OPEN.length(), close);
      boolean trimsBefore = action.startsWith("- ") || action.startsWith("-\n");
      boolean trimsAfter = action.endsWith(" -") || action.endsWith("\n-");
      text(pieces, template.substring(at, open), trims, trimsBefore);
      var inside =
          action.substring(trimsBefore ? 1 : 0, action.length() - (trimsAfter ? 1 : 0)).strip();
      if (!inside.startsWith("/*")) {
        pieces.add(new Piece(inside, true));
      }
      trims = trimsAfter;
      at = close + CLOSE.length();
    }
    text(pieces, template.substring(at), trims, false);
    return List.copyOf(pieces);
  }

  private static void text(List<Piece> pieces, String raw, boolean start, boolean end) {
    var text = start ? raw.stripLeading() : raw;
    text = end ? text.stripTrailing() : text;
    if (!text.isEmpty()) {
      pieces.add(new Piece(text, false));
    }
  }
}
