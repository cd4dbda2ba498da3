package io.kubejar.apiserver.connect;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// Rewrites the links in a page while it passes. Everything but the values of attributes that hold
/// links goes through as it came.
final class HtmlLinks {
  /// A tag longer than this passes as it is.
  private static final int TAG_MAX = 64 << 10;

  private static final String COMMENT = "!--";

  /// Which attributes of which elements hold a link.
  private static final Map<String, Set<String>> ATTRIBUTES =
      Map.ofEntries(
          Map.entry("a", Set.of("href")),
          Map.entry("applet", Set.of("codebase")),
          Map.entry("area", Set.of("href")),
          Map.entry("audio", Set.of("src")),
          Map.entry("base", Set.of("href")),
          Map.entry("blockquote", Set.of("cite")),
          Map.entry("body", Set.of("background")),
          Map.entry("button", Set.of("formaction")),
          Map.entry("command", Set.of("icon")),
          Map.entry("del", Set.of("cite")),
          Map.entry("embed", Set.of("src")),
          Map.entry("form", Set.of("action")),
          Map.entry("frame", Set.of("longdesc", "src")),
          Map.entry("head", Set.of("profile")),
          Map.entry("html", Set.of("manifest")),
          Map.entry("iframe", Set.of("longdesc", "src")),
          Map.entry("img", Set.of("longdesc", "src", "usemap")),
          Map.entry("input", Set.of("src", "usemap", "formaction")),
          Map.entry("ins", Set.of("cite")),
          Map.entry("link", Set.of("href")),
          Map.entry("object", Set.of("classid", "codebase", "data", "usemap")),
          Map.entry("q", Set.of("cite")),
          Map.entry("script", Set.of("src")),
          Map.entry("source", Set.of("src")),
          Map.entry("video", Set.of("poster", "src")));

  /// Elements whose content is text, whatever it looks like.
  private static final Set<String> RAW =
      Set.of("script", "style", "textarea", "title", "iframe", "noembed", "noframes", "xmp");

  private static final Pattern NAME = Pattern.compile("[A-Za-z][^\\s/>]*");
  private static final Pattern ATTRIBUTE =
      Pattern.compile("([^\\s/>=]+)(\\s*=\\s*)(\"[^\"]*\"|'[^']*'|[^\\s>]+)");

  private final InputStream in;
  private final OutputStream out;
  private final UnaryOperator<String> rewrite;

  private HtmlLinks(InputStream in, OutputStream out, UnaryOperator<String> rewrite) {
    this.in = in;
    this.out = out;
    this.rewrite = rewrite;
  }

  /// Copies the page to its end. It may be in any encoding that has ASCII's bytes for ASCII.
  static void copy(InputStream page, OutputStream out, UnaryOperator<String> rewrite)
      throws IOException {
    var buffered = new BufferedOutputStream(out);
    new HtmlLinks(new BufferedInputStream(page), buffered, rewrite).run();
    buffered.flush();
  }

  private void run() throws IOException {
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (b == '<') {
        markup();
      } else {
        out.write(b);
      }
    }
  }

  private void markup() throws IOException {
    var tag = new ByteArrayOutputStream();
    tag.write('<');
    int quote = 0;
    while (tag.size() < TAG_MAX) {
      int b = in.read();
      if (b < 0) {
        break;
      }
      tag.write(b);
      if (tag.size() == 1 + COMMENT.length() && text(tag).endsWith(COMMENT)) {
        out.write(tag.toByteArray());
        passUntil("-->");
        return;
      }
      quote = quoteAfter(quote, b);
      if (b == '>' && quote == 0) {
        tag(text(tag));
        return;
      }
    }
    out.write(tag.toByteArray());
  }

  private static int quoteAfter(int quote, int b) {
    if (quote != 0) {
      return b == quote ? 0 : quote;
    }
    return b == '"' || b == '\'' ? b : 0;
  }

  private void tag(String raw) throws IOException {
    var name = NAME.matcher(raw).region(1, raw.length());
    if (!name.lookingAt()) {
      write(raw); // An end tag, or a declaration.
      return;
    }
    var element = name.group().toLowerCase(Locale.ROOT);
    var links = ATTRIBUTES.getOrDefault(element, Set.of());
    int start = name.end();
    write(raw.substring(0, start));
    write(links.isEmpty() ? raw.substring(start) : attributes(raw.substring(start), links));
    if (RAW.contains(element) && !raw.endsWith("/>")) {
      passUntil("</" + element);
    }
  }

  private String attributes(String raw, Set<String> links) {
    return ATTRIBUTE
        .matcher(raw)
        .replaceAll(
            found -> {
              var replaced =
                  links.contains(found.group(1).toLowerCase(Locale.ROOT))
                      ? found.group(1) + found.group(2) + value(found.group(3))
                      : found.group();
              return java.util.regex.Matcher.quoteReplacement(replaced);
            });
  }

  private String value(String raw) {
    char first = raw.charAt(0);
    boolean quoted = first == '"' || first == '\'';
    var link = decoded(quoted ? raw.substring(1, raw.length() - 1) : raw);
    var rewritten = rewrite.apply(link);
    return rewritten.equals(link)
        ? raw
        : '"' + rewritten.replace("&", "&amp;").replace("\"", "&#34;") + '"';
  }

  private static String decoded(String text) {
    return text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&");
  }

  /// Copies up to and including these characters.
  private void passUntil(String end) throws IOException {
    var tail = new StringBuilder();
    for (int b = in.read(); b >= 0; b = in.read()) {
      out.write(b);
      tail.append((char) b);
      if (tail.length() > end.length()) {
        tail.deleteCharAt(0);
      }
      if (tail.length() == end.length() && tail.toString().equalsIgnoreCase(end)) {
        return;
      }
    }
  }

  /// Bytes as characters, one by one: what is not ASCII only passes.
  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
