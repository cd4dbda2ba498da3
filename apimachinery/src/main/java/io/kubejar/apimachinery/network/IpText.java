package io.kubejar.apimachinery.network;

import java.net.Inet4Address;
import java.net.InetAddress;

/// How addresses are written.
public final class IpText {
  private static final int GROUPS = 8;

  private IpText() {}

  /// The canonical form, which for IPv6 is that of RFC 5952: the longest row of zeros shortened, if
  /// it has two groups at least.
  public static String canonical(InetAddress address) {
    return address instanceof Inet4Address ? address.getHostAddress() : ipv6(address.getAddress());
  }

  /// The canonical form of an address that is known to be well-formed.
  public static String canonical(String literal) {
    return canonical(InetAddress.ofLiteral(literal));
  }

  /// The family of an address or a range, as Services name it.
  public static String family(String literal) {
    return literal.indexOf(':') < 0 ? "IPv4" : "IPv6";
  }

  private static String ipv6(byte[] bytes) {
    var groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = ((bytes[2 * i] & 0xff) << 8) | (bytes[2 * i + 1] & 0xff);
    }
    int start = -1;
    int longest = 1;
    for (int i = 0; i < GROUPS; i++) {
      int end = i;
      while (end < GROUPS && groups[end] == 0) {
        end++;
      }
      if (end - i > longest) {
        start = i;
        longest = end - i;
      }
    }
    var text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == start) {
        text.append("::");
        i += longest - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }
}
