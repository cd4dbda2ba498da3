package io.kubejar.apiserver.validation;

import io.kubejar.apimachinery.network.IpRange;
import io.kubejar.apimachinery.network.IpText;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/// What writers should hear of addresses that are accepted although others could misread them.
public final class AddressForms {
  private AddressForms() {}

  /// @param path of the field that has the address
  /// @return one warning, or none
  public static List<String> address(String path, String text) {
    var address = IpAddresses.parse(text);
    if (address.isEmpty()) {
      return List.of(); // Validation has said so.
    }
    var canonical = IpText.canonical(address.get());
    if (IpAddresses.isSloppy(text, address.get())) {
      return List.of(
          path
              + ": non-standard IP address \""
              + text
              + "\" is invalid: use \""
              + canonical
              + "\"");
    }
    return IpAddresses.isIpv6(text) && !canonical.equals(text)
        ? List.of(
            path
                + ": IPv6 address \""
                + text
                + "\" should be in RFC 5952 canonical format (\""
                + canonical
                + "\")")
        : List.of();
  }

  /// The same for the address of a range.
  public static List<String> range(String path, String text) {
    if (!IpAddresses.isRange(text)) {
      return List.of();
    }
    int slash = text.indexOf('/');
    var start = text.substring(0, slash);
    var length = text.substring(slash + 1);
    var address = IpAddresses.parse(start).orElseThrow();
    boolean isMapped = IpAddresses.isIpv6(start) && address instanceof Inet4Address;
    var canonical = canonical(address, Integer.parseInt(length), isMapped);
    var warnings = new ArrayList<String>();
    if (!canonical.startsWith(IpText.canonical(address) + "/")) {
      warnings.add(
          path
              + ": CIDR value \""
              + text
              + "\" is ambiguous in this context (should be \""
              + canonical
              + "\" or \""
              + IpText.canonical(address)
              + "/"
              + address.getAddress().length * Byte.SIZE
              + "\"?)");
    }
    boolean hasZeros = length.length() > 1 && length.startsWith("0");
    if (hasZeros || IpAddresses.isSloppy(start, address)) {
      warnings.add(
          path
              + ": non-standard CIDR value \""
              + text
              + "\" is invalid: use \""
              + canonical
              + "\"");
    }
    var whole = IpText.canonical(address) + "/" + length;
    if (warnings.isEmpty() && IpAddresses.isIpv6(start) && !whole.equals(text)) {
      warnings.add(
          path
              + ": IPv6 CIDR value \""
              + text
              + "\" should be in RFC 5952 canonical format (\""
              + whole
              + "\")");
    }
    return warnings;
  }

  private static String canonical(InetAddress address, int length, boolean isMapped) {
    int mapping = (IpAddresses.IPV6_BITS - Integer.SIZE) * (isMapped ? 1 : 0);
    var range = IpText.canonical(address) + "/" + Math.max(0, length - mapping);
    return IpRange.of(range).toString();
  }
}
