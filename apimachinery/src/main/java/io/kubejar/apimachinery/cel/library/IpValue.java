package io.kubejar.apimachinery.cel.library;

import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.OpaqueValue;
import io.kubejar.apimachinery.cel.value.Value;
import io.kubejar.apimachinery.network.IpText;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.regex.Pattern;

/// An IP address.
record IpValue(InetAddress address) implements OpaqueValue {
  static final String TYPE_NAME = "net.IP";

  private static final Pattern IPV4 = Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

  /// The address, or the failure of a text that is none, has a zone or maps an IPv4 address.
  static Value parse(String text) {
    int zone = text.indexOf('%');
    if (zone > 0 && parse(text.substring(0, zone)) instanceof IpValue) {
      return new ErrorValue(
          "IP address " + GoText.quoted(text) + " with zone value is not allowed");
    }
    if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
      return malformed(text);
    }
    try {
      var address = InetAddress.ofLiteral(text);
      return address instanceof Inet4Address && text.indexOf(':') >= 0
          ? new ErrorValue("IPv4-mapped IPv6 address " + GoText.quoted(text) + " is not allowed")
          : new IpValue(address);
    } catch (IllegalArgumentException _) {
      return malformed(text);
    }
  }

  private static ErrorValue malformed(String text) {
    var quoted = GoText.quoted(text);
    return new ErrorValue(
        "IP Address %s parse error during conversion from string: ParseAddr(%s): unable to parse IP"
            .formatted(quoted, quoted));
  }

  int family() {
    return address instanceof Inet4Address ? 4 : 6;
  }

  @Override
  public String typeName() {
    return TYPE_NAME;
  }

  @Override
  public long size() {
    return address.getAddress().length;
  }

  @Override
  public String toString() {
    return IpText.canonical(address);
  }
}
