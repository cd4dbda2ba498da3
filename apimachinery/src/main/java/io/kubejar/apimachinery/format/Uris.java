package io.kubejar.apimachinery.format;

/// Whether a text is an absolute URI or an absolute path, as Go's `url.ParseRequestURI` sees it.
final class Uris {
  private static final String HOST_PUNCTUATION = "-_.~!$&'()*+,;=:[]<>\"";
  private static final String USER_PUNCTUATION = "-._:~!$&'()*+,;=%@";

  private Uris() {}

  static boolean isRequestUri(String text) {
    if (text.isEmpty() || text.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
      return false;
    }
    int scheme = schemeLength(text);
    if (text.equals("*") || scheme < 0) {
      return scheme >= 0;
    }
    var rest = scheme == 0 ? text : text.substring(scheme + 1);
    int query = rest.indexOf('?');
    rest = query < 0 ? rest : rest.substring(0, query);
    if (!rest.startsWith("/")) {
      return scheme > 0; // As in mailto:somebody.
    }
    if (scheme == 0 || !rest.startsWith("//")) {
      return isEscaped(rest);
    }
    int path = rest.indexOf('/', 2);
    return isAuthority(path < 0 ? rest.substring(2) : rest.substring(2, path))
        && isEscaped(path < 0 ? "" : rest.substring(path));
  }

  /// The length of the scheme before its colon; 0 if there is none, negative if it is empty.
  private static int schemeLength(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ':') {
        return i == 0 ? -1 : i;
      }
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      boolean later = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
      if (!letter && !(later && i > 0)) {
        return 0;
      }
    }
    return 0;
  }

  private static boolean isAuthority(String authority) {
    int at = authority.lastIndexOf('@');
    var user = at < 0 ? "" : authority.substring(0, at);
    var host = authority.substring(at + 1);
    return consistsOf(user, USER_PUNCTUATION) && isEscaped(user) && isHost(host);
  }

  private static boolean isHost(String host) {
    int portAt = host.lastIndexOf(':');
    if (host.startsWith("[")) {
      int end = host.lastIndexOf(']');
      portAt = end + 1 < host.length() ? end + 1 : -1;
      if (end < 0 || (portAt > 0 && host.charAt(portAt) != ':')) {
        return false;
      }
    }
    if (portAt >= 0 && !host.substring(portAt + 1).chars().allMatch(c -> c >= '0' && c <= '9')) {
      return false;
    }
    return consistsOf(host, HOST_PUNCTUATION + "%") && isEscapedHost(host);
  }

  private static boolean consistsOf(String text, String punctuation) {
    return text.chars()
        .allMatch(
            c ->
                c >= 0x80
                    || (c >= '0' && c <= '9')
                    || (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || punctuation.indexOf(c) >= 0);
  }

  /// A host may only escape what is no ASCII, or the percent sign of a zone.
  private static boolean isEscapedHost(String host) {
    for (int i = host.indexOf('%'); i >= 0; i = host.indexOf('%', i + 1)) {
      boolean high = i + 1 < host.length() && "89abcdefABCDEF".indexOf(host.charAt(i + 1)) >= 0;
      if (!host.startsWith("%25", i) && !high) {
        return false;
      }
    }
    return isEscaped(host);
  }

  private static boolean isEscaped(String text) {
    for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 1)) {
      if (i + 2 >= text.length()
          || !OpenApiFormats.isHexDigit(text.charAt(i + 1))
          || !OpenApiFormats.isHexDigit(text.charAt(i + 2))) {
        return false;
      }
    }
    return true;
  }
}
