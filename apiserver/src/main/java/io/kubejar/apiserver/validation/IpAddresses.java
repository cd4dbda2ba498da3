package io.kubejar.apiserver.validation;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/// IP addresses and ranges as texts. Never asks a name server.
final class IpAddresses {
  private IpAddresses() {}

  static void address(Check at, String text) {
    if (parse(text).isEmpty()) {
      at.invalid(text, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
    }
  }

  static void range(Check at, String text) {
    if (!isRange(text)) {
      at.invalid(text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
    }
  }

  static boolean isRange(String text) {
    int slash = text.indexOf('/');
    var address = slash < 0 ? Optional.<InetAddress>empty() : parse(text.substring(0, slash));
    if (address.isEmpty()) {
      return false;
    }
    var length = text.substring(slash + 1);
    if (length.isEmpty()
        || length.length() > 3
        || !length.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return false;
    }
    return Integer.parseInt(length) <= (text.substring(0, slash).indexOf(':') < 0 ? 32 : 128);
  }

  static boolean isIpv6(String text) {
    return text.indexOf(':') >= 0;
  }

  static Optional<InetAddress> parse(String text) {
    boolean literal = isIpv6(text) ? isIpv6Literal(text) : isIpv4Literal(text);
    if (!literal) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(text)); // A literal is not looked up.
    } catch (UnknownHostException _) {
      return Optional.empty();
    }
  }

  private static boolean isIpv6Literal(String text) {
    return text.chars().allMatch(c -> Character.digit(c, 16) >= 0 || c == ':' || c == '.');
  }

  private static boolean isIpv4Literal(String text) {
    var parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return false;
    }
    for (var part : parts) {
      boolean digits =
          !part.isEmpty() && part.length() <= 3 && part.chars().allMatch(c -> c >= '0' && c <= '9');
      if (!digits || Integer.parseInt(part) > 255) {
        return false;
      }
    }
    return true;
  }
}
