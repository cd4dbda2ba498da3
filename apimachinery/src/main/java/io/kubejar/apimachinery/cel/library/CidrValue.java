package io.kubejar.apimachinery.cel.library;

import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.OpaqueValue;
import io.kubejar.apimachinery.cel.value.Value;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/// An address with the length of its network's prefix.
record CidrValue(IpValue ip, int bits) implements OpaqueValue {
  static final String TYPE_NAME = "net.CIDR";

  private static final Pattern BITS = Pattern.compile("0|[1-9]\\d{0,2}");

  static Value parse(String text) {
    int slash = text.lastIndexOf('/');
    if (slash < 0) {
      return malformed(text, "no '/'");
    }
    var parsed = IpValue.parse(text.substring(0, slash));
    if (parsed instanceof ErrorValue error) {
      return error.message().startsWith("IPv4-mapped")
          ? new ErrorValue(
              "network address parse error during conversion from string: IPv4-mapped IPv6 address "
                  + GoText.quoted(text)
                  + " is not allowed")
          : malformed(
              text,
              "ParseAddr(" + GoText.quoted(text.substring(0, slash)) + "): unable to parse IP");
    }
    var ip = (IpValue) parsed;
    var length = text.substring(slash + 1);
    if (!BITS.matcher(length).matches()) {
      return malformed(text, "bad bits after slash: " + GoText.quoted(length));
    }
    int bits = Integer.parseInt(length);
    return bits > ip.size() * Byte.SIZE
        ? malformed(text, "prefix length out of range")
        : new CidrValue(ip, bits);
  }

  private static ErrorValue malformed(String text, String reason) {
    var prefix = "network address parse error during conversion from string: ";
    return new ErrorValue(
        prefix + prefix + "netip.ParsePrefix(" + GoText.quoted(text) + "): " + reason);
  }

  boolean contains(IpValue other) {
    var mine = masked().ip().address().getAddress();
    var theirs = other.address().getAddress();
    return mine.length == theirs.length && java.util.Arrays.equals(mine, mask(theirs, bits));
  }

  CidrValue masked() {
    try {
      var masked = InetAddress.getByAddress(mask(ip.address().getAddress(), bits));
      return new CidrValue(new IpValue(masked), bits);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address of the right length", e);
    }
  }

  private static byte[] mask(byte[] address, int bits) {
    for (int i = 0; i < address.length; i++) {
      int kept = Math.clamp(bits - (long) i * Byte.SIZE, 0, Byte.SIZE);
      address[i] = (byte) (address[i] & (0xff00 >> kept));
    }
    return address;
  }

  @Override
  public String typeName() {
    return TYPE_NAME;
  }

  @Override
  public long size() {
    return Math.ceilDiv(bits, Byte.SIZE);
  }

  @Override
  public String toString() {
    return ip.toString() + "/" + bits;
  }
}
