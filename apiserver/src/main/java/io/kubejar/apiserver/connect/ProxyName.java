package io.kubejar.apiserver.connect;

import io.kubejar.apimachinery.ApiException;
import java.util.Set;

/// What a proxy request names: `[scheme:]name[:port]`.
///
/// @param scheme `http`, `https` or empty
/// @param port a number or a name; may be empty
record ProxyName(String scheme, String name, String port) {
  private static final Set<String> SCHEMES = Set.of("", "http", "https");

  /// @param kind for the refusal: `pod`, `service` or `node`
  static ProxyName parse(String kind, String text) {
    var parts = text.split(":", -1);
    var name =
        switch (parts.length) {
          case 1 -> new ProxyName("", parts[0], "");
          case 2 -> new ProxyName("", parts[0], parts[1]);
          case 3 -> new ProxyName(parts[0], parts[1], parts[2]);
          default -> new ProxyName("", "", "");
        };
    if (name.name.isEmpty() || !SCHEMES.contains(name.scheme)) {
      throw ApiException.badRequest("invalid " + kind + " request \"" + text + "\"");
    }
    return name;
  }

  boolean secure() {
    return scheme.equals("https");
  }
}
