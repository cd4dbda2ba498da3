package io.kubejar.apiserver.connect;

import io.kubejar.apimachinery.ApiException;

/// What a proxy request names: `[scheme:]name[:port]`.
record ProxyName(String scheme, String name, String port) {
  static ProxyName parse(String text) {
    var parts = text.split(":", -1);
    return switch (parts.length) {
      case 1 -> new ProxyName("http", parts[0], "");
      case 2 -> new ProxyName("http", parts[0], parts[1]);
      case 3 -> new ProxyName(parts[0].isEmpty() ? "http" : parts[0], parts[1], parts[2]);
      default -> throw ApiException.badRequest("invalid proxy request \"" + text + "\"");
    };
  }
}
