package io.kubejar.apiserver.validation;

import io.kubejar.apimachinery.network.IpRange;
import io.kubejar.apimachinery.network.IpText;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.Optional;

/// IP addresses and ranges as texts. Never asks a name server.
final class IpAddresses {
  static final int IPV6_BITS = 128;

  private IpAddresses() {}

  /// An address in a field that once accepted sloppy ones, and keeps those it has.
  static void address(Check at, String text, Collection<String> old) {
    if (!old.contains(text)) {
      address(at, text);
    }
  }

  static void address(Check at, String text) {
    var address = parse(text);
    if (address.isEmpty()) {
      at.invalid(text, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
    } else if (!isIpv6(text) && hasLeadingZero(text)) {
      at.invalid(text, "must not have leading 0s");
    } else if (isIpv6(text) && address.get() instanceof Inet4Address) {
      at.invalid(text, "must not be an IPv4-mapped IPv6 address");
    }
  }

  /// An address as it is always written.
  static void canonical(Check at, String text) {
    int before = at.errors().size();
    address(at, text);
    if (at.errors().size() == before) {
      canonical(at, text, IpText.canonical(parse(text).orElseThrow()));
    }
  }

  /// A range as it is always written.
  static void canonicalRange(Check at, String text) {
    int before = at.errors().size();
    range(at, text);
    if (at.errors().size() == before) {
      canonical(at, text, IpRange.of(text).toString());
    }
  }

  /// An address of an interface with the length of its subnet's prefix.
  static void interfaceAddress(Check at, String text) {
    if (!isRange(text)) {
      at.invalid(
          text, "must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)");
      return;
    }
    int slash = text.indexOf('/');
    var address = parse(text.substring(0, slash)).orElseThrow();
    int length = Integer.parseInt(text.substring(slash + 1));
    if (isIpv6(text) && address instanceof Inet4Address && length > Integer.SIZE) {
      length -= IPV6_BITS - Integer.SIZE; // The IPv4 address inside the IPv6 one is meant.
    }
    canonical(at, text, IpText.canonical(address) + "/" + length);
  }

  private static void canonical(Check at, String text, String canonical) {
    if (!text.equals(canonical)) {
      at.invalid(text, "must be in canonical form (\"" + canonical + "\")");
    }
  }

  /// Whether a range is a part of another one, and smaller.
  static boolean isWithin(String range, String outer) {
    try {
      var inner = IpRange.of(range);
      var all = IpRange.of(outer);
      return all.contains(inner) && all.prefix() < inner.prefix();
    } catch (IllegalArgumentException _) {
      return false; // Ranges that are written sloppily are refused anyway.
    }
  }

  /// Some read a part with a leading zero as octal, some as decimal.
  private static boolean hasLeadingZero(String ipv4) {
    for (var part : ipv4.split("\\.", -1)) {
      if (part.length() > 1 && part.startsWith("0")) {
        return true;
      }
    }
    return false;
  }

  /// A range in a field that once accepted sloppy ones, and keeps those it has.
  static void range(Check at, String text, Collection<String> old) {
    if (!old.contains(text)) {
      range(at, text);
    }
  }

  static void range(Check at, String text) {
    if (!isRange(text)) {
      at.invalid(text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
      return;
    }
    int slash = text.indexOf('/');
    var start = text.substring(0, slash);
    var length = text.substring(slash + 1);
    if ((length.length() > 1 && length.startsWith("0"))
        || (!isIpv6(start) && hasLeadingZero(start))) {
      at.invalid(text, "must not have leading 0s in IP or prefix length");
    } else if (isIpv6(start) && parse(start).orElseThrow() instanceof Inet4Address) {
      at.invalid(text, "must not have an IPv4-mapped IPv6 address");
    } else if (hasBitsBeyond(parse(start).orElseThrow().getAddress(), Integer.parseInt(length))) {
      at.invalid(text, "must not have bits set beyond the prefix length");
    }
  }

  private static boolean hasBitsBeyond(byte[] address, int length) {
    for (int bit = length; bit < address.length * Byte.SIZE; bit++) {
      if ((address[bit / Byte.SIZE] >> (Byte.SIZE - 1 - bit % Byte.SIZE) & 1) != 0) {
        return true;
      }
    }
    return false;
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
    return Integer.parseInt(length) <= (isIpv6(text) ? IPV6_BITS : Integer.SIZE);
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

  /// Whether some programs read an address otherwise than others, or not at all.
  static boolean isSloppy(String text, InetAddress address) {
    return isIpv6(text) ? address instanceof Inet4Address : hasLeadingZero(text);
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
