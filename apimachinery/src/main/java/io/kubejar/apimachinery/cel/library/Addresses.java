package io.kubejar.apimachinery.cel.library;

import static dev.cel.common.types.SimpleType.BOOL;
import static dev.cel.common.types.SimpleType.INT;
import static dev.cel.common.types.SimpleType.STRING;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import io.kubejar.apimachinery.cel.value.BoolValue;
import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.IntValue;
import io.kubejar.apimachinery.cel.value.StringValue;
import io.kubejar.apimachinery.cel.value.Value;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Predicate;

/// `ip('10.0.0.1')` and `cidr('10.0.0.0/8')`.
public final class Addresses {
  private static final CelType IP = OpaqueType.create(IpValue.TYPE_NAME);
  private static final CelType CIDR = OpaqueType.create(CidrValue.TYPE_NAME);
  private static final List<CelType> ONE_IP = List.of(IP);
  private static final List<CelType> ONE_CIDR = List.of(CIDR);
  private static final List<CelType> TEXT = List.of(STRING);

  private Addresses() {}

  public static Library ofIps() {
    return Library.of(
        Function.of("ip", Overload.global("string_to_ip", IP, TEXT, a -> ip(a[0]))),
        Function.of(
            "isIP",
            Overload.global("is_ip", BOOL, TEXT, a -> BoolValue.of(ip(a[0]) instanceof IpValue))),
        Function.of(
            "ip.isCanonical",
            Overload.global("ip_is_canonical", BOOL, TEXT, a -> isCanonical(a[0]))),
        Function.of(
            "family",
            Overload.member("ip_family", INT, ONE_IP, a -> new IntValue(address(a[0]).family()))),
        test("isUnspecified", "ip_is_unspecified", InetAddress::isAnyLocalAddress),
        test("isLoopback", "ip_is_loopback", InetAddress::isLoopbackAddress),
        test("isLinkLocalMulticast", "ip_is_link_local_multicast", Addresses::isLocalMulticast),
        test("isLinkLocalUnicast", "ip_is_link_local_unicast", InetAddress::isLinkLocalAddress),
        test("isGlobalUnicast", "ip_is_global_unicast", Addresses::isGlobalUnicast),
        Function.of(
            "string",
            Overload.global("ip_to_string", STRING, ONE_IP, a -> new StringValue(a[0].text()))));
  }

  public static Library ofCidrs() {
    return Library.of(
        Function.of("cidr", Overload.global("string_to_cidr", CIDR, TEXT, a -> cidr(a[0]))),
        Function.of(
            "isCIDR",
            Overload.global(
                "is_cidr", BOOL, TEXT, a -> BoolValue.of(cidr(a[0]) instanceof CidrValue))),
        Function.of(
            "containsIP",
            Overload.member(
                "cidr_contains_ip_string",
                BOOL,
                List.of(CIDR, STRING),
                a -> contains(range(a[0]), ip(a[1]))),
            Overload.member(
                "cidr_contains_ip_ip", BOOL, List.of(CIDR, IP), a -> contains(range(a[0]), a[1]))),
        Function.of(
            "containsCIDR",
            Overload.member(
                "cidr_contains_cidr_string",
                BOOL,
                List.of(CIDR, STRING),
                a -> contains(range(a[0]), cidr(a[1]))),
            Overload.member(
                "cidr_contains_cidr", BOOL, List.of(CIDR, CIDR), a -> contains(range(a[0]), a[1]))),
        Function.of("ip", Overload.member("cidr_ip", IP, ONE_CIDR, a -> range(a[0]).ip())),
        Function.of(
            "prefixLength",
            Overload.member(
                "cidr_prefix_length", INT, ONE_CIDR, a -> new IntValue(range(a[0]).bits()))),
        Function.of(
            "masked", Overload.member("cidr_masked", CIDR, ONE_CIDR, a -> range(a[0]).masked())),
        Function.of(
            "string",
            Overload.global(
                "cidr_to_string", STRING, ONE_CIDR, a -> new StringValue(a[0].text()))));
  }

  private static Function test(String name, String id, Predicate<InetAddress> test) {
    return Function.of(
        name,
        Overload.member(id, BOOL, ONE_IP, a -> BoolValue.of(test.test(address(a[0]).address()))));
  }

  private static Value ip(Value text) {
    return IpValue.parse(Texts.text(text));
  }

  private static Value cidr(Value text) {
    return CidrValue.parse(Texts.text(text));
  }

  private static IpValue address(Value value) {
    return (IpValue) value;
  }

  private static CidrValue range(Value value) {
    return (CidrValue) value;
  }

  private static Value isCanonical(Value text) {
    var parsed = ip(text);
    return parsed instanceof ErrorValue
        ? parsed
        : BoolValue.of(parsed.text().equals(Texts.text(text)));
  }

  private static Value contains(CidrValue range, Value part) {
    return switch (part) {
      case IpValue ip -> BoolValue.of(range.contains(ip));
      case CidrValue cidr -> BoolValue.of(range.bits() <= cidr.bits() && range.contains(cidr.ip()));
      case Value other -> other;
    };
  }

  private static boolean isLocalMulticast(InetAddress address) {
    var bytes = address.getAddress();
    return bytes.length == 4
        ? (bytes[0] & 0xff) == 224 && bytes[1] == 0 && bytes[2] == 0
        : (bytes[0] & 0xff) == 0xff && (bytes[1] & 0x0f) == 2;
  }

  private static boolean isGlobalUnicast(InetAddress address) {
    var bytes = address.getAddress();
    boolean isBroadcast =
        bytes.length == 4 && bytes[0] == -1 && bytes[1] == -1 && bytes[2] == -1 && bytes[3] == -1;
    return !isBroadcast
        && !address.isAnyLocalAddress()
        && !address.isLoopbackAddress()
        && !address.isMulticastAddress()
        && !address.isLinkLocalAddress();
  }
}
