package io.kubejar.proxy;

/// The two kinds of addresses. Each has tables, sets and maps of its own.
enum Family {
  IPV4("ip", "ipv4_addr", "IPv4", "127.0.0.0/8", "224.0.0.0/4"),
  IPV6("ip6", "ipv6_addr", "IPv6", "::1/128", "ff00::/8");

  private final String keyword;
  private final String addressType;
  private final String apiName;
  private final String loopback;
  private final String multicast;

  Family(String keyword, String addressType, String apiName, String loopback, String multicast) {
    this.keyword = keyword;
    this.addressType = addressType;
    this.apiName = apiName;
    this.loopback = loopback;
    this.multicast = multicast;
  }

  static Family of(String address) {
    return address.contains(":") ? IPV6 : IPV4;
  }

  /// How nft calls it, as a family of tables and as a header.
  String keyword() {
    return keyword;
  }

  /// How nft calls the type of its addresses.
  String addressType() {
    return addressType;
  }

  /// How Services and EndpointSlices call it.
  String apiName() {
    return apiName;
  }

  String loopback() {
    return loopback;
  }

  String multicast() {
    return multicast;
  }

  /// The address with the port behind it.
  String withPort(String address, int port) {
    return this == IPV6 ? "[" + address + "]:" + port : address + ":" + port;
  }
}
