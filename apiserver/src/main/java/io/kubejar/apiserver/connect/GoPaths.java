package io.kubejar.apiserver.connect;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/// Paths as Go's libraries clean and escape them: what reaches a server behind the proxy.
final class GoPaths {
  private static final String PLAIN_IN_PATHS = "-_.~$&+,/:;=@";

  private GoPaths() {}

  /// Percent-encodes what Go encodes in a path.
  static String escape(String path) {
    var text = new StringBuilder(path.length());
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if (c < 0x80 && (Character.isLetterOrDigit(c) || PLAIN_IN_PATHS.indexOf(c) >= 0)) {
        text.append(c);
      } else {
        text.append('%').append(String.format("%02X", (int) c));
      }
    }
    return text.toString();
  }

  /// The shortest path that leads to the same place, without a slash at its end. An empty path
  /// stays empty.
  static String clean(String path) {
    if (path.isEmpty()) {
      return "";
    }
    boolean rooted = path.startsWith("/");
    var kept = new ArrayDeque<String>();
    for (var part : path.split("/", -1)) {
      boolean up = part.equals("..");
      if (part.isEmpty() || part.equals(".") || (up && rooted && kept.isEmpty())) {
        continue;
      }
      if (up && !kept.isEmpty() && !kept.getLast().equals("..")) {
        kept.removeLast();
      } else {
        kept.addLast(part);
      }
    }
    var joined = String.join("/", kept);
    return rooted ? "/" + joined : joined.isEmpty() ? "." : joined;
  }

  /// One path behind the other, clean; a slash at the end stays.
  static String join(String first, String second) {
    var both = first.isEmpty() || second.isEmpty() ? first + second : first + "/" + second;
    var cleaned = clean(both);
    return second.endsWith("/") && !cleaned.endsWith("/") ? cleaned + "/" : cleaned;
  }
}
