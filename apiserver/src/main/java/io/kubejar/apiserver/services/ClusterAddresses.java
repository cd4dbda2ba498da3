package io.kubejar.apiserver.services;

import io.kubejar.api.core.v1.Service;
import io.kubejar.api.networking.v1.IPAddress;
import io.kubejar.api.networking.v1.IPAddressSpec;
import io.kubejar.api.networking.v1.ParentReference;
import io.kubejar.api.networking.v1.ServiceCIDR;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.network.IpRange;
import io.kubejar.apimachinery.network.IpText;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.cache.ResourceCache;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.registry.Change;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.storage.Compare;
import io.kubejar.storage.Write;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// The addresses that Services may get. They come from the ServiceCIDRs that are ready; which ones
/// are taken is told by the IPAddress objects.
public final class ClusterAddresses {
  /// Who keeps the IPAddress objects of Services, as upstream names it.
  public static final String MANAGER = "ipallocator.k8s.io";

  public static final String MANAGED_BY = "ipaddress.kubernetes.io/managed-by";
  public static final String FAMILY = "ipaddress.kubernetes.io/ip-family";

  /// How many addresses are tried before a range counts as full; no smaller range than a /12 of
  /// IPv4 is cut short by it.
  private static final long TRIED_MAX = 1L << 20;

  private final List<IpRange> configured;
  private final Registry<ServiceCIDR> ranges;
  private final Registry<IPAddress> addresses;
  private final RandomGenerator random;

  /// @param configured the ranges the server was started with: one, or one of each family, the
  ///   default family first
  public ClusterAddresses(
      List<String> configured,
      Registry<ServiceCIDR> ranges,
      Registry<IPAddress> addresses,
      RandomGenerator random) {
    this.configured = configured.stream().map(IpRange::of).toList();
    this.ranges = ranges;
    this.addresses = addresses;
    this.random = random;
  }

  /// The families of this cluster, the default one first.
  List<String> families() {
    return configured.stream().map(IpRange::family).toList();
  }

  /// The first address, which belongs to the API itself.
  public String first() {
    return configured.getFirst().address(1);
  }

  /// The ranges that the server was started with.
  public List<String> configured() {
    return configured.stream().map(IpRange::toString).toList();
  }

  /// An address that nobody has, if possible from the upper band of a range.
  String free(String family) throws InterruptedException {
    var taken = addresses.currentCache();
    for (var range : ready()) {
      if (range.family().equals(family)) {
        var found = free(range, taken);
        if (!found.isEmpty()) {
          return found;
        }
      }
    }
    throw ApiException.internal("failed to allocate a serviceIP: range is full");
  }

  private String free(IpRange range, ResourceCache<IPAddress> taken) {
    long last = range.lastHost().min(BigInteger.valueOf(Long.MAX_VALUE - 1)).longValueExact();
    long size = range.size().min(BigInteger.valueOf(Long.MAX_VALUE)).longValueExact();
    long upper = 1 + Bands.ADDRESSES.reserved(size);
    var found = upper <= last ? free(range, taken, upper, last) : "";
    return found.isEmpty() ? free(range, taken, 1, Math.min(upper - 1, last)) : found;
  }

  /// Both ends included. Empty if none is free.
  private String free(IpRange range, ResourceCache<IPAddress> taken, long first, long last) {
    long count = last - first + 1;
    if (count <= 0) {
      return "";
    }
    long start = random.nextLong(count);
    for (long i = 0; i < Math.min(count, TRIED_MAX); i++) {
      var candidate = range.address(first + (start + i) % count);
      if (taken.get(ObjectKey.clusterScoped(candidate)).isEmpty()) {
        return candidate;
      }
    }
    return "";
  }

  /// Refuses an address that is in no range that is ready, or belongs to somebody.
  void check(String ip, Service service) throws InterruptedException {
    if (ready().stream().noneMatch(range -> range.hasHost(ip))) {
      throw refused(service, ip, "the provided network does not match the current range");
    }
    var key = ObjectKey.clusterScoped(IpText.canonical(ip));
    if (addresses.currentCache().get(key).isPresent()) {
      throw refused(service, ip, "provided IP is already allocated");
    }
  }

  private static ApiException refused(Service service, String ip, String why) {
    var error =
        FieldError.invalid(
            "spec.clusterIPs",
            service.spec().clusterIPs(),
            "failed to allocate IP " + ip + ": " + why);
    return ApiException.invalid("", "Service", service.metadata().name(), List.of(error.cause()));
  }

  /// All ranges of ServiceCIDRs that are ready, those of the default one first.
  private List<IpRange> ready() throws InterruptedException {
    var found = new TreeSet<String>();
    for (var stored : ranges.currentCache().list(Selection.<ServiceCIDR>all()).objects()) {
      if (isReady(stored.object())) {
        found.addAll(stored.object().spec().cidrs());
      }
    }
    var ordered = new ArrayList<IpRange>();
    configured().stream().filter(found::remove).map(IpRange::of).forEach(ordered::add);
    found.stream().map(IpRange::of).forEach(ordered::add);
    return ordered;
  }

  private static boolean isReady(ServiceCIDR range) {
    return range.metadata().deletionTimestamp() == null
        && range.status().conditions().stream()
            .anyMatch(it -> it.type().equals("Ready") && it.status().equals("True"));
  }

  /// What claims addresses for a Service, and gives back those it has no more, together with the
  /// write of the Service.
  Change.Along moved(Service service, Collection<String> claimed, Collection<String> released)
      throws InterruptedException {
    var compares = new ArrayList<Compare>();
    var writes = new ArrayList<Write>();
    for (var ip : claimed) {
      var address = identified(claim(service, ip), service);
      compares.add(new Compare(addresses.storageKey(ObjectKey.of(address)), 0));
      writes.add(addresses.put(address));
    }
    var known = released.isEmpty() ? addresses.cache() : addresses.currentCache();
    for (var ip : released) {
      var key = ObjectKey.clusterScoped(IpText.canonical(ip));
      var stored = known.get(key);
      if (stored.isPresent() && belongs(stored.get().object(), service)) {
        compares.add(new Compare(addresses.storageKey(key), stored.get().revision()));
        writes.add(new Write.Delete(addresses.storageKey(key)));
      }
    }
    return new Change.Along(compares, writes);
  }

  private static boolean belongs(IPAddress address, Service service) {
    return Objects.equals(address.spec().parentRef(), parent(service));
  }

  /// The object that claims an address for a Service, before it has an identity.
  static IPAddress claim(Service service, String ip) {
    var metadata =
        ObjectMeta.EMPTY
            .withName(IpText.canonical(ip))
            .withLabels(Map.of(FAMILY, IpText.family(ip), MANAGED_BY, MANAGER));
    return new IPAddress(metadata, IPAddressSpec.EMPTY.withParentRef(parent(service)));
  }

  private IPAddress identified(IPAddress claim, Service service) {
    return claim.withMetadata(
        claim
            .metadata()
            .withUid(new UUID(random.nextLong(), random.nextLong()).toString())
            .withCreationTimestamp(service.metadata().creationTimestamp())
            .withGeneration(1));
  }

  private static ParentReference parent(Service service) {
    return ParentReference.EMPTY
        .withResource("services")
        .withNamespace(service.metadata().namespace())
        .withName(service.metadata().name());
  }
}
