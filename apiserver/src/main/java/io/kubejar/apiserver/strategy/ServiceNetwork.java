package io.kubejar.apiserver.strategy;

import io.kubejar.api.core.v1.Service;
import io.kubejar.api.networking.v1.IPAddress;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.storage.Write;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/// The addresses and node ports that Services may get.
public final class ServiceNetwork {
  private static final int NODE_PORT_FIRST = 30_000;
  private static final int NODE_PORT_LAST = 32_767;

  private final InetAddress base;
  private final int hostBits;
  private final Registry<IPAddress> addresses;
  private final Registry<Service> services;
  private final RandomGenerator random;

  /// @param cidr such as `10.96.0.0/16`
  public ServiceNetwork(
      String cidr,
      Registry<IPAddress> addresses,
      Registry<Service> services,
      RandomGenerator random) {
    var parts = cidr.split("/", -1);
    base = parse(parts[0]);
    hostBits = base.getAddress().length * Byte.SIZE - Integer.parseInt(parts[1]);
    this.addresses = addresses;
    this.services = services;
    this.random = random;
  }

  public String family() {
    return base.getAddress().length == 4 ? "IPv4" : "IPv6";
  }

  /// The first address, which belongs to the API itself.
  public String first() {
    return address(1);
  }

  /// An address that nobody has. The lower part of the range is left to those who choose by
  /// themselves.
  String freeAddress() throws InterruptedException {
    var cache = addresses.currentCache();
    long size = 1L << Math.min(hostBits, 20);
    long reserved = Math.min(Math.max(16, size / 16), 256);
    long low = size > 2 * reserved ? reserved : 1;
    long count = size - 1 - low;
    long start = random.nextLong(count);
    for (long i = 0; i < count; i++) {
      var candidate = address(low + (start + i) % count);
      if (cache.get(ObjectKey.clusterScoped(candidate)).isEmpty()) {
        return candidate;
      }
    }
    throw ApiException.internal("failed to allocate a serviceIP: range is full");
  }

  /// Refuses an address that is not in the range or belongs to another Service.
  void checkAddress(String ip, Service service) throws InterruptedException {
    var claimed = addresses.currentCache().get(ObjectKey.clusterScoped(ip));
    if (claimed.isPresent()) {
      var parent = claimed.get().object().spec().parentRef();
      boolean own =
          parent != null
              && parent.namespace().equals(service.metadata().namespace())
              && parent.name().equals(service.metadata().name());
      if (!own) {
        throw refused(service, ip, "provided IP is already allocated");
      }
    } else if (!contains(ip)) {
      throw refused(service, ip, "the provided network does not match the current range");
    }
  }

  private static ApiException refused(Service service, String ip, String why) {
    var error =
        new FieldError(
            FieldError.Type.INVALID,
            "spec.clusterIPs",
            "Invalid value: [\"" + ip + "\"]: failed to allocate IP " + ip + ": " + why);
    return invalid(service, error);
  }

  private static ApiException invalid(Service service, FieldError error) {
    return ApiException.invalid("", "Service", service.metadata().name(), List.of(error.cause()));
  }

  String claimKey(String ip) {
    return addresses.storageKey(ObjectKey.clusterScoped(ip));
  }

  Write claim(IPAddress address) {
    return addresses.put(address);
  }

  /// The node ports of all Services but this one.
  Set<Integer> takenPorts(ObjectKey except) throws InterruptedException {
    var taken = new HashSet<Integer>();
    for (var stored : services.currentCache().list(Selection.all()).objects()) {
      if (!ObjectKey.of(stored.object()).equals(except)) {
        var spec = stored.object().spec();
        spec.ports().forEach(port -> taken.add(port.nodePort()));
        taken.add(spec.healthCheckNodePort());
      }
    }
    return taken;
  }

  int freePort(Set<Integer> taken) {
    int count = NODE_PORT_LAST - NODE_PORT_FIRST + 1;
    int start = random.nextInt(count);
    for (int i = 0; i < count; i++) {
      int port = NODE_PORT_FIRST + (start + i) % count;
      if (!taken.contains(port)) {
        return port;
      }
    }
    throw ApiException.internal("failed to allocate a nodePort: range is full");
  }

  void checkPort(int port, Set<Integer> taken, Service service, int index) {
    var field = "spec.ports[" + index + "].nodePort";
    if (port < NODE_PORT_FIRST || port > NODE_PORT_LAST) {
      var why =
          "provided port is not in the valid range. The range of valid ports is "
              + NODE_PORT_FIRST
              + "-"
              + NODE_PORT_LAST;
      throw invalid(service, FieldError.invalid(field, port, why));
    }
    if (taken.contains(port)) {
      throw invalid(service, FieldError.invalid(field, port, "provided port is already allocated"));
    }
  }

  private boolean contains(String ip) {
    var bytes = parse(ip).getAddress();
    return bytes.length == base.getAddress().length
        && new BigInteger(1, bytes)
            .shiftRight(hostBits)
            .equals(new BigInteger(1, base.getAddress()).shiftRight(hostBits));
  }

  private String address(long offset) {
    int length = base.getAddress().length;
    var sum = new BigInteger(1, base.getAddress()).add(BigInteger.valueOf(offset)).toByteArray();
    var bytes = new byte[length];
    int copied = Math.min(sum.length, length);
    System.arraycopy(sum, sum.length - copied, bytes, length - copied, copied);
    try {
      return InetAddress.getByAddress(bytes).getHostAddress();
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(Arrays.toString(bytes), impossible);
    }
  }

  private static InetAddress parse(String ip) {
    try {
      return InetAddress.ofLiteral(ip);
    } catch (IllegalArgumentException malformed) {
      throw ApiException.badRequest("not an IP address: " + ip);
    }
  }
}
