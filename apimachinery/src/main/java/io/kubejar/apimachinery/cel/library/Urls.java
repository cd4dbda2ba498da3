package io.kubejar.apimachinery.cel.library;

import static dev.cel.common.types.SimpleType.BOOL;
import static dev.cel.common.types.SimpleType.STRING;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.StructTypeReference;
import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.cel.value.BoolValue;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.OpaqueValue;
import io.kubejar.apimachinery.cel.value.PlainList;
import io.kubejar.apimachinery.cel.value.PlainMap;
import io.kubejar.apimachinery.cel.value.StringValue;
import io.kubejar.apimachinery.cel.value.Value;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.regex.Pattern;

/// Absolute addresses and paths: `url('https://host:80/path?q=1')`.
public final class Urls {
  private static final String NAME = "kubernetes.URL";
  private static final CelType TYPE = StructTypeReference.create(NAME);
  private static final Pattern SCHEME =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):(.*)", Pattern.DOTALL);
  private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");
  private static final Pattern HOST =
      Pattern.compile("(?:[^@/]*@)?(\\[[0-9A-Fa-f:.%]*]|[^:\\[\\]/?#\\s<>\"]*)(?::(\\d*))?");

  private Urls() {}

  private record Url(String scheme, String host, String path, String query) implements OpaqueValue {
    @Override
    public String typeName() {
      return NAME;
    }

    String hostname() {
      var name = withoutPort();
      return name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
    }

    String port() {
      return host.length() > withoutPort().length()
          ? host.substring(withoutPort().length() + 1)
          : "";
    }

    private String withoutPort() {
      int colon = host.lastIndexOf(':');
      return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }

    @Override
    public String toString() {
      return (scheme.isEmpty() ? "" : scheme + ":")
          + (host.isEmpty() ? "" : "//" + host)
          + path
          + (query.isEmpty() ? "" : "?" + query);
    }
  }

  public static Library library() {
    return Library.of(
        Function.of(
            "url",
            Overload.global("string_to_url", TYPE, List.of(STRING), a -> url(Texts.text(a[0])))),
        Function.of(
            "isURL",
            Overload.global(
                "is_url_string",
                BOOL,
                List.of(STRING),
                a -> BoolValue.of(fault(Texts.text(a[0])).isEmpty()))),
        part("getScheme", "url_get_scheme", Url::scheme),
        part("getHost", "url_get_host", Url::host),
        part("getHostname", "url_get_hostname", Url::hostname),
        part("getPort", "url_get_port", Url::port),
        part("getEscapedPath", "url_get_escaped_path", Url::path),
        Function.of(
            "getQuery",
            Overload.member(
                "url_get_query",
                MapType.create(STRING, ListType.create(STRING)),
                List.of(TYPE),
                a -> query(((Url) a[0]).query()))));
  }

  private static Function part(
      String name, String id, java.util.function.Function<Url, String> part) {
    return Function.of(
        name,
        Overload.member(id, STRING, List.of(TYPE), a -> new StringValue(part.apply((Url) a[0]))));
  }

  private static Value url(String text) {
    var fault = fault(text);
    return fault.isEmpty()
        ? parse(text)
        : new ErrorValue("URL parse error during conversion from string: " + fault);
  }

  /// Why a text is no absolute URL and no absolute path, in the words of Go; empty if it is one.
  static String fault(String text) {
    var prefix = "parse " + GoText.quoted(text) + ": ";
    if (text.isEmpty()) {
      return prefix + "empty url";
    }
    if (text.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
      return prefix + "net/url: invalid control character in URL";
    }
    var scheme = SCHEME.matcher(text);
    var rest = scheme.matches() ? scheme.group(2) : text;
    if (!scheme.matches() && text.startsWith(":")) {
      return prefix + "missing protocol scheme";
    }
    if (!rest.startsWith("/")) {
      return scheme.matches() && !rest.isEmpty() ? "" : prefix + "invalid URI for request";
    }
    var authority = authority(rest);
    if (!HOST.matcher(authority).matches()) {
      return prefix + "invalid character in host name";
    }
    var escape = BAD_ESCAPE.matcher(rest.split("[?]", 2)[0]);
    return escape.find()
        ? prefix
            + "invalid URL escape "
            + GoText.quoted(
                rest.substring(escape.start(), Math.min(escape.start() + 3, rest.length())))
        : "";
  }

  /// What stands between `//` and the path.
  private static String authority(String rest) {
    if (!rest.startsWith("//")) {
      return "";
    }
    int end = 2;
    while (end < rest.length() && "/?#".indexOf(rest.charAt(end)) < 0) {
      end++;
    }
    return rest.substring(2, end);
  }

  private static Url parse(String text) {
    int fragment = text.indexOf('#');
    var whole = fragment < 0 ? text : text.substring(0, fragment);
    var scheme = SCHEME.matcher(whole);
    boolean hasScheme = scheme.matches();
    var rest = hasScheme ? scheme.group(2) : whole;
    int mark = rest.indexOf('?');
    var query = mark < 0 ? "" : rest.substring(mark + 1);
    var address = mark < 0 ? rest : rest.substring(0, mark);
    var authority = authority(address);
    var path = address.startsWith("//") ? address.substring(2 + authority.length()) : address;
    return new Url(
        hasScheme ? scheme.group(1).toLowerCase(java.util.Locale.ROOT) : "",
        authority.substring(authority.lastIndexOf('@') + 1),
        address.startsWith("/") ? escaped(path) : "",
        query);
  }

  /// The path as it is sent: what was not escaped but must be, is.
  private static String escaped(String path) {
    var text = new StringBuilder();
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean isPlain =
          c < 0x80 && (Character.isLetterOrDigit(c) || "-_.~!$&'()*+,;=:@/%[]".indexOf(c) >= 0);
      text.append(isPlain ? String.valueOf(c) : String.format("%%%02X", (int) c));
    }
    return text.toString();
  }

  private static Value query(String query) {
    var values = new LinkedHashMap<String, List<String>>();
    for (var pair : query.split("&", -1)) {
      if (pair.isEmpty() || pair.contains(";") || BAD_ESCAPE.matcher(pair).find()) {
        continue;
      }
      int equals = pair.indexOf('=');
      var name = equals < 0 ? pair : pair.substring(0, equals);
      var value = equals < 0 ? "" : pair.substring(equals + 1);
      values.computeIfAbsent(decoded(name), _ -> new ArrayList<>()).add(decoded(value));
    }
    var map = new LinkedHashMap<String, Value>();
    values.forEach((name, all) -> map.put(name, PlainList.ofTexts(all)));
    return PlainMap.ofTexts(map);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
