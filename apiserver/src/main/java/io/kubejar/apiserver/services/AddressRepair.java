package io.kubejar.apiserver.services;

import io.kubejar.api.core.v1.Event;
import io.kubejar.api.core.v1.Service;
import io.kubejar.api.networking.v1.IPAddress;
import io.kubejar.api.networking.v1.ServiceCIDR;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.DeleteOptions;
import io.kubejar.apimachinery.network.IpRange;
import io.kubejar.apimachinery.network.IpText;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.verbs.Resources;
import io.kubejar.apiserver.verbs.StoredVerbs;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees to it that every address of a Service is claimed by an IPAddress and that no IPAddress
/// claims anything else.
///
/// Services and their claims are written together, so there is something to repair only after
/// somebody has changed or deleted an IPAddress, or has restored Services without them. It looks at
/// what has changed, when it has changed.
public final class AddressRepair implements Steppable {
  private static final Logger log = LoggerFactory.getLogger(AddressRepair.class);
  private static final String REPORTER = "ipallocator-repair-controller";

  /// A claim may be there a little earlier than its Service, where others write them one by one.
  private static final Duration GRACE = Duration.ofSeconds(60);

  /// When something that failed is tried again.
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Followed<Service> services;
  private final Followed<IPAddress> addresses;
  private final StoredVerbs<IPAddress> claims;
  private final StoredVerbs<ServiceCIDR> ranges;
  private final RepairEvents events;
  private final Call call;
  private final Clock clock;
  private final Set<ObjectKey> dueServices = new LinkedHashSet<>();
  private final Set<ObjectKey> dueAddresses = new LinkedHashSet<>();

  /// What timers bring back; the other sets belong to the stepping thread.
  private final ConcurrentLinkedQueue<Runnable> returning = new ConcurrentLinkedQueue<>();

  private volatile Runnable wakeUp = () -> {};

  /// @param call whose writes these are
  public AddressRepair(Resources resources, Call call, Clock clock) {
    claims = resources.stored(IPAddress.RESOURCE);
    ranges = resources.stored(ServiceCIDR.RESOURCE);
    services =
        new Followed<>(
            resources.stored(Service.RESOURCE).registry(),
            service -> dueServices.add(ObjectKey.of(service)));
    addresses = new Followed<>(claims.registry(), this::seen);
    events = new RepairEvents(REPORTER, resources.stored(Event.RESOURCE), call, clock);
    this.call = call;
    this.clock = clock;
  }

  private void seen(IPAddress address) {
    dueAddresses.add(ObjectKey.of(address));
    var parent = address.spec().parentRef();
    if (parent != null && parent.resource().equals("services")) {
      dueServices.add(new ObjectKey(parent.namespace(), parent.name()));
    }
  }

  @Override
  public void onWork(Runnable listener) {
    wakeUp = listener;
  }

  @Override
  public boolean step() throws InterruptedException {
    services.drain(wakeUp);
    addresses.drain(wakeUp);
    for (var back = returning.poll(); back != null; back = returning.poll()) {
      back.run();
    }
    return next(dueServices, this::repairService) || next(dueAddresses, this::repairAddress);
  }

  private interface Repair {
    void of(ObjectKey key) throws InterruptedException;
  }

  private boolean next(Set<ObjectKey> due, Repair repair) throws InterruptedException {
    var first = due.iterator();
    if (!first.hasNext()) {
      return false;
    }
    var key = first.next();
    first.remove();
    try {
      repair.of(key);
    } catch (ApiException refused) {
      log.warn("Repair comes again. key={} because={}", key, refused.getMessage());
      later(RETRY, () -> due.add(key));
    }
    return true;
  }

  private void later(Duration delay, Runnable again) {
    clock.schedule(
        delay,
        () -> {
          returning.add(again);
          wakeUp.run();
        });
  }

  private void repairService(ObjectKey key) throws InterruptedException {
    var found = services.registry().find(key);
    if (found.isEmpty()) {
      return;
    }
    var service = found.get();
    for (var ip : ServiceFields.addresses(service.spec())) {
      if (isOutOfRange(ip)) {
        events.warn(
            service,
            "ClusterIPOutOfRange",
            named(ip, ": ")
                + " is not within any configured Service CIDR; please recreate service");
      } else {
        repairClaim(service, ip);
      }
    }
  }

  private static String named(String ip, String between) {
    return "Cluster IP [" + IpText.family(ip) + "]" + between + ip;
  }

  private boolean isOutOfRange(String ip) throws InterruptedException {
    return ranges.registry().currentCache().list(Selection.<ServiceCIDR>all()).objects().stream()
        .map(Stored::object)
        .flatMap(range -> range.spec().cidrs().stream())
        .noneMatch(range -> IpRange.of(range).hasHost(ip));
  }

  private void repairClaim(Service service, String ip) throws InterruptedException {
    var claim = claim(ip);
    if (claim.isEmpty()) {
      events.warn(
          service, "ClusterIPNotAllocated", named(ip, ": ") + " is not allocated; repairing");
      claims.create(call, "", ClusterAddresses.claim(service, ip));
      return;
    }
    var wanted = ClusterAddresses.claim(service, ip);
    if (!Objects.equals(claim.get().spec().parentRef(), wanted.spec().parentRef())) {
      var holder = holder(claim.get());
      if (holder.isEmpty()) {
        events.warn(
            service,
            "ClusterIPNotAllocated",
            "the ClusterIP ["
                + IpText.family(ip)
                + "]: "
                + ip
                + " for Service "
                + ObjectKey.of(service)
                + " has a wrong reference; repairing");
        recreate(wanted);
        return;
      }
      if (holder.get().spec().clusterIPs().contains(claim.get().metadata().name())) {
        events.warn(
            service,
            "ClusterIPAlreadyAllocated",
            named(ip, ":") + " was assigned to multiple services; please recreate service");
        return;
      }
    }
    if (!claim
        .get()
        .metadata()
        .labels()
        .entrySet()
        .containsAll(wanted.metadata().labels().entrySet())) {
      recreate(wanted);
    }
  }

  private Optional<IPAddress> claim(String ip) throws InterruptedException {
    return claims.registry().find(ObjectKey.clusterScoped(IpText.canonical(ip)));
  }

  /// The Service that an address says it belongs to, if it is there.
  private Optional<Service> holder(IPAddress address) throws InterruptedException {
    var parent = address.spec().parentRef();
    return parent == null || !isService(address)
        ? Optional.empty()
        : services.registry().find(new ObjectKey(parent.namespace(), parent.name()));
  }

  private static boolean isService(IPAddress address) {
    var parent = address.spec().parentRef();
    return parent != null && parent.group().isEmpty() && parent.resource().equals("services");
  }

  private void recreate(IPAddress wanted) throws InterruptedException {
    remove(wanted);
    claims.create(call, "", wanted);
  }

  private void remove(IPAddress address) throws InterruptedException {
    try {
      claims.delete(call, ObjectKey.of(address), DeleteOptions.EMPTY);
    } catch (ApiException refused) {
      if (!refused.isNotFound()) {
        throw refused;
      }
    }
  }

  private void repairAddress(ObjectKey key) throws InterruptedException {
    var found = claims.registry().find(key);
    if (found.isEmpty() || !isOurs(found.get())) {
      return;
    }
    var address = found.get();
    var name = address.metadata().name();
    var parent = address.spec().parentRef();
    if (parent == null || !isService(address)) {
      clean(
          address,
          "IPAddressNotAllocated",
          "IPAddress "
              + name
              + " appears to have been modified, not referencing a Service: cleaning up");
      return;
    }
    var service = new ObjectKey(parent.namespace(), parent.name());
    var holder = holder(address);
    if (holder.isEmpty()) {
      var wait = Duration.between(clock.instant(), created(address).plus(GRACE));
      if (wait.isPositive()) {
        later(wait, () -> dueAddresses.add(key));
      } else {
        clean(
            address,
            "IPAddressNotAllocated",
            "IPAddress: "
                + name
                + " for Service "
                + service
                + " appears to have leaked: cleaning up");
      }
    } else if (!ServiceFields.addresses(holder.get().spec()).stream()
        .map(IpText::canonical)
        .toList()
        .contains(name)) {
      clean(
          address,
          "IPAddressWrongReference",
          "IPAddress: " + name + " for Service " + service + " has a wrong reference; cleaning up");
    }
  }

  private static boolean isOurs(IPAddress address) {
    return ClusterAddresses.MANAGER.equals(
        address.metadata().labels().get(ClusterAddresses.MANAGED_BY));
  }

  private Instant created(IPAddress address) {
    return Objects.requireNonNullElse(address.metadata().creationTimestamp(), Instant.EPOCH);
  }

  private void clean(IPAddress address, String reason, String message) throws InterruptedException {
    events.warn(address, reason, message);
    remove(address);
  }
}
