package io.kubejar.controllers.servicecidrs;

import io.kubejar.api.networking.v1.IPAddress;
import io.kubejar.api.networking.v1.ServiceCIDR;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.meta.v1.Condition;
import io.kubejar.apimachinery.network.IpRange;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.client.Client;
import io.kubejar.client.Component;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Controller;
import io.kubejar.client.Informer;
import io.kubejar.client.InformerHandler;
import io.kubejar.client.Outcome;
import io.kubejar.client.Reconciler;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/// Makes ServiceCIDRs ready, and holds back the end of one for as long as Services have addresses
/// that no other one covers.
public final class ServiceCidrController implements Component {
  static final String FINALIZER = "networking.k8s.io/service-cidr-finalizer";

  /// How long an allocator may take to hear that a range is about to go.
  static final Duration NEWS_TRAVEL = Duration.ofSeconds(10);

  private static final int WORKERS = 1;
  private static final String READY = "Ready";
  private static final String MANAGED_BY = "ipaddress.kubernetes.io/managed-by";
  private static final String ALLOCATOR = "ipallocator.k8s.io";

  @Override
  public String name() {
    return "service-cidr-controller";
  }

  @Override
  public void install(ComponentRuntime runtime) {
    var ranges = runtime.informers().informer(ServiceCIDR.RESOURCE);
    var addresses = runtime.informers().informer(IPAddress.RESOURCE);
    var reconciler = new Keep(runtime.client(), ranges, addresses, runtime.clock());
    var controller = runtime.controller(name(), WORKERS, reconciler).requires(ranges, addresses);
    ranges.addHandler(
        InformerHandler.changes(changed -> enqueueOverlapping(controller, ranges, changed)));
    addresses.addHandler(
        InformerHandler.changes(changed -> enqueueLeaving(controller, ranges, changed)));
  }

  /// A range that comes or goes may let others go that it covers.
  private static void enqueueOverlapping(
      Controller controller, Informer<ServiceCIDR> all, ServiceCIDR changed) {
    controller.enqueue(ObjectKey.of(changed));
    var prefixes = RangePlan.prefixes(changed);
    all.list().stream()
        .filter(
            other ->
                RangePlan.prefixes(other).stream()
                    .anyMatch(it -> prefixes.stream().anyMatch(it::overlaps)))
        .forEach(other -> controller.enqueue(ObjectKey.of(other)));
  }

  /// Only who waits for the end of a range wants to hear of addresses: there are many.
  private static void enqueueLeaving(
      Controller controller, Informer<ServiceCIDR> all, IPAddress changed) {
    if (isAllocated(changed)) {
      all.list().stream()
          .filter(range -> range.metadata().deletionTimestamp() != null)
          .filter(range -> RangePlan.has(range, changed.metadata().name()))
          .forEach(range -> controller.enqueue(ObjectKey.of(range)));
    }
  }

  private static boolean isAllocated(IPAddress address) {
    return ALLOCATOR.equals(address.metadata().labels().get(MANAGED_BY));
  }

  private record Keep(
      Client client, Informer<ServiceCIDR> ranges, Informer<IPAddress> addresses, Clock clock)
      implements Reconciler {

    @Override
    public Outcome reconcile(ObjectKey key) throws InterruptedException {
      var found = ranges.find(key);
      if (found.isEmpty()) {
        return Outcome.done();
      }
      var range = found.get();
      var leaving = range.metadata().deletionTimestamp();
      if (leaving != null) {
        return leave(range, leaving);
      }
      var kept = protect(range);
      tell(kept, condition("True", "", "Kubernetes Service CIDR is ready"));
      return Outcome.done();
    }

    private Outcome leave(ServiceCIDR range, Instant since) throws InterruptedException {
      var taken =
          addresses.list().stream()
              .filter(ServiceCidrController::isAllocated)
              .map(address -> address.metadata().name())
              .toList();
      if (!RangePlan.mayGo(range, ranges.list(), taken)) {
        tell(
            range,
            condition(
                "False",
                "Terminating",
                "There are still IPAddresses referencing the ServiceCIDR, please remove them or"
                    + " create a new ServiceCIDR"));
        return Outcome.done();
      }
      var wait = Duration.between(clock.instant(), since.plus(NEWS_TRAVEL));
      if (wait.isPositive()) {
        return Outcome.checkAgain(wait, "allocators may not have heard of the deletion yet");
      }
      if (range.metadata().finalizers().contains(FINALIZER)) {
        var rest = new ArrayList<>(range.metadata().finalizers());
        rest.remove(FINALIZER);
        client.update(
            ServiceCIDR.RESOURCE, range.withMetadata(range.metadata().withFinalizers(rest)));
      }
      return Outcome.done();
    }

    private ServiceCIDR protect(ServiceCIDR range) throws InterruptedException {
      if (range.metadata().finalizers().contains(FINALIZER)) {
        return range;
      }
      var finalizers = new ArrayList<>(range.metadata().finalizers());
      finalizers.add(FINALIZER);
      return client.update(
          ServiceCIDR.RESOURCE, range.withMetadata(range.metadata().withFinalizers(finalizers)));
    }

    private Condition condition(String status, String reason, String message) {
      return Condition.EMPTY
          .withType(READY)
          .withStatus(status)
          .withReason(reason)
          .withMessage(message)
          .withLastTransitionTime(clock.instant().truncatedTo(ChronoUnit.SECONDS));
    }

    private void tell(ServiceCIDR range, Condition news) throws InterruptedException {
      var conditions = new ArrayList<Condition>();
      var told = news;
      for (var each : range.status().conditions()) {
        if (!each.type().equals(READY)) {
          conditions.add(each);
        } else if (each.status().equals(news.status())) {
          told = news.withLastTransitionTime(each.lastTransitionTime());
        }
      }
      conditions.add(told);
      if (!List.copyOf(conditions).equals(range.status().conditions())) {
        client.updateStatus(
            ServiceCIDR.RESOURCE, range.withStatus(range.status().withConditions(conditions)));
      }
    }
  }

  /// Which ranges cover which addresses. Pure.
  static final class RangePlan {
    private RangePlan() {}

    static List<IpRange> prefixes(ServiceCIDR range) {
      return range.spec().cidrs().stream().map(IpRange::of).toList();
    }

    static boolean has(ServiceCIDR range, String address) {
      return prefixes(range).stream().anyMatch(it -> it.hasHost(address));
    }

    /// Whether nobody would be left without a range: others cover all of it, or no address is in
    /// this one alone.
    static boolean mayGo(ServiceCIDR range, List<ServiceCIDR> all, List<String> taken) {
      var others =
          all.stream()
              .filter(other -> !other.metadata().name().equals(range.metadata().name()))
              .toList();
      boolean covered =
          prefixes(range).stream()
              .allMatch(
                  prefix ->
                      others.stream()
                          .flatMap(other -> prefixes(other).stream())
                          .anyMatch(other -> other.contains(prefix)));
      return covered
          || taken.stream()
              .filter(address -> has(range, address))
              .allMatch(address -> others.stream().anyMatch(other -> has(other, address)));
    }
  }
}
