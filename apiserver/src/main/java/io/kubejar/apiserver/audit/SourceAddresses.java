package io.kubejar.apiserver.audit;

import io.kubejar.http.Exchange;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Where a request comes from: what proxies say, then the peer itself, which cannot lie about it.
final class SourceAddresses {
  private SourceAddresses() {}

  static List<String> of(Exchange exchange) {
    var found = new ArrayList<String>();
    for (var part : exchange.headers().firstOr("X-Forwarded-For", "").split(",", -1)) {
      address(part).ifPresent(found::add);
    }
    address(exchange.headers().firstOr("X-Real-Ip", ""))
        .filter(address -> !found.contains(address))
        .ifPresent(found::add);
    var peer = exchange.peer().getAddress();
    if (peer != null) {
      var text = withoutZone(peer.getHostAddress());
      if (found.isEmpty() || !found.getLast().equals(text)) {
        found.add(text);
      }
    }
    return found;
  }

  private static Optional<String> address(String text) {
    if (text.isBlank()) {
      return Optional.empty();
    }
    try {
      return Optional.of(withoutZone(InetAddress.ofLiteral(text.strip()).getHostAddress()));
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // Anybody may write anything into a header.
    }
  }

  private static String withoutZone(String address) {
    int zone = address.indexOf('%');
    return zone < 0 ? address : address.substring(0, zone);
  }
}
