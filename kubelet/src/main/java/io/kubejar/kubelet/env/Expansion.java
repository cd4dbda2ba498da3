package io.kubejar.kubelet.env;

import java.util.Map;

/// `$(NAME)` in commands, arguments and values. `$$` is a plain dollar sign; what is not known
/// stays as it is.
public final class Expansion {
  private Expansion() {}

  public static String expand(String text, Map<String, String> values) {
    if (text.indexOf('$') < 0) {
      return text;
    }
    var out = new StringBuilder(text.length());
    int i = 0;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (c != '$' || i + 1 == text.length()) {
        out.append(c);
        i++;
        continue;
      }
      char next = text.charAt(i + 1);
      int end = next == '(' ? text.indexOf(')', i + 2) : -1;
      if (next == '$') {
        out.append('$');
        i += 2;
      } else if (end < 0) {
        out.append(c).append(next);
        i += 2;
      } else {
        String name = text.substring(i + 2, end);
        var value = values.get(name);
        out.append(value == null ? text.substring(i, end + 1) : value);
        i = end + 1;
      }
    }
    return out.toString();
  }
}
