package io.kubejar.apiserver.connect;

/// Makes links of a page behind the proxy lead through the proxy again. The rules are upstream's.
///
/// @param prefix the path in front of the page's own path
/// @param backend host and port of the server that made the page
/// @param requestHost the host that the client asked for
record LinkRewriting(String prefix, String backend, String requestHost) {

  /// The parts of a link; the tail is what begins with `?` or `#`.
  private record Link(String scheme, String host, String path, String tail) {
    static Link parse(String text) {
      int end = firstOf(text, "?#");
      var tail = text.substring(end);
      var front = text.substring(0, end);
      int colon = front.indexOf(':');
      var scheme =
          colon > 0 && isScheme(front.substring(0, colon)) ? front.substring(0, colon) : "";
      var rest = scheme.isEmpty() ? front : front.substring(colon + 1);
      if (!rest.startsWith("//")) {
        return new Link(scheme, "", rest, tail);
      }
      int slash = rest.indexOf('/', 2);
      var host = slash < 0 ? rest.substring(2) : rest.substring(2, slash);
      return new Link(scheme, host, slash < 0 ? "" : rest.substring(slash), tail);
    }

    private static int firstOf(String text, String marks) {
      for (int i = 0; i < text.length(); i++) {
        if (marks.indexOf(text.charAt(i)) >= 0) {
          return i;
        }
      }
      return text.length();
    }

    private static boolean isScheme(String text) {
      return Character.isLetter(text.charAt(0))
          && text.chars().allMatch(c -> Character.isLetterOrDigit(c) || "+-.".indexOf(c) >= 0);
    }

    @Override
    public String toString() {
      var front = scheme.isEmpty() ? "" : scheme + ":";
      return front + (host.isEmpty() ? "" : "//" + host) + path + tail;
    }
  }

  /// The link as it must be for the client: unchanged if it leads to another host or is relative.
  String rewritten(String text) {
    var link = Link.parse(text);
    boolean elsewhere =
        !link.host.isEmpty() && !link.host.equals(backend) && !link.host.equals(requestHost);
    if (elsewhere || !link.path.startsWith("/")) {
      return text;
    }
    boolean keepsHost = link.host.equals(requestHost) && !requestHost.isEmpty();
    var path = link.path.startsWith(prefix) ? link.path : GoPaths.join(prefix, link.path);
    return new Link(keepsHost ? link.scheme : "", keepsHost ? link.host : "", path, link.tail)
        .toString();
  }
}
