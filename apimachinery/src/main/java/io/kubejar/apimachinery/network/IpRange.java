package io.kubejar.apimachinery.network;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;

/// All addresses with a common prefix, such as `10.96.0.0/16`.
///
/// @param base the first of them as a number
/// @param width how many bits an address has: 32 or 128
/// @param prefix how many bits are common to all
public record IpRange(BigInteger base, int width, int prefix) {
  private static final int IPV4_BITS = 32;

  /// Reads a range; bits of the address behind the prefix count for nothing.
  ///
  /// @throws IllegalArgumentException if the text is no range
  public static IpRange of(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("no range: " + text);
    }
    var address = InetAddress.ofLiteral(text.substring(0, slash)).getAddress();
    int width = address.length * Byte.SIZE;
    int prefix = Integer.parseInt(text.substring(slash + 1));
    if (prefix < 0 || prefix > width) {
      throw new IllegalArgumentException("no range: " + text);
    }
    int hostBits = width - prefix;
    var base = new BigInteger(1, address).shiftRight(hostBits).shiftLeft(hostBits);
    return new IpRange(base, width, prefix);
  }

  /// `IPv4` or `IPv6`.
  public String family() {
    return width == IPV4_BITS ? "IPv4" : "IPv6";
  }

  /// How many addresses it has, those that no host can have included.
  public BigInteger size() {
    return BigInteger.ONE.shiftLeft(width - prefix);
  }

  /// The address this far behind the first one, in canonical form.
  public String address(long offset) {
    var number = base.add(BigInteger.valueOf(offset)).toByteArray();
    var bytes = new byte[width / Byte.SIZE];
    int copied = Math.min(number.length, bytes.length);
    System.arraycopy(number, number.length - copied, bytes, bytes.length - copied, copied);
    return IpText.canonical(inet(bytes));
  }

  private static InetAddress inet(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException("an address has 4 or 16 bytes", impossible);
    }
  }

  /// Whether all addresses of another range are in this one.
  public boolean contains(IpRange other) {
    int hostBits = width - prefix;
    return width == other.width
        && prefix <= other.prefix
        && base.shiftRight(hostBits).equals(other.base.shiftRight(hostBits));
  }

  public boolean overlaps(IpRange other) {
    return contains(other) || other.contains(this);
  }

  /// Whether a Service can have this address of the range: neither the address of the network
  /// itself nor, for IPv4, that of all its hosts.
  public boolean hasHost(String address) {
    var bytes = InetAddress.ofLiteral(address).getAddress();
    if (bytes.length * Byte.SIZE != width) {
      return false;
    }
    var offset = new BigInteger(1, bytes).subtract(base);
    return offset.signum() > 0 && offset.compareTo(lastHost()) <= 0;
  }

  /// How far behind the first address the last one is that a Service can have.
  public BigInteger lastHost() {
    return size().subtract(width == IPV4_BITS ? BigInteger.TWO : BigInteger.ONE);
  }

  @Override
  public String toString() {
    return address(0) + "/" + prefix;
  }
}
