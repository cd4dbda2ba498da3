package io.kubejar.proxy;

import io.kubejar.api.core.v1.Service;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import io.kubejar.client.ComponentRuntime;
import io.kubejar.client.Informer;
import io.kubejar.client.InformerHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the kernel's rules in step with Services and EndpointSlices. One step writes all changes
/// that have come together, as one transaction.
///
/// Rules of an earlier process stay in force until the first list of Services has arrived, and are
/// then replaced at once: a restart interrupts nothing.
public final class Proxy implements Steppable {
  private static final Logger log = LoggerFactory.getLogger(Proxy.class);
  private static final String SERVICE_LABEL = "kubernetes.io/service-name";
  private static final String BY_SERVICE = "service";
  private static final String OTHER_PROXY_LABEL = "service.kubernetes.io/service-proxy-name";

  /// One transaction holds no more Services than this; nft would become slow.
  private static final int MOST_SERVICES_AT_ONCE = 2_000;

  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

  private final ProxyConfig config;
  private final Netfilter netfilter;
  private final HealthPorts healthPorts;
  private final Map<ObjectKey, ServiceHealth> health = new HashMap<>();
  private final Clock clock;
  private final Informer<Service> services;
  private final Informer<EndpointSlice> slices;
  private final Set<ObjectKey> dirty = new LinkedHashSet<>();
  private List<RuleSet> tables;
  private boolean writtenOnce;
  private volatile boolean waiting;
  private int failures;
  private volatile boolean inForce;
  private volatile Runnable wakeUp = () -> {};

  private Proxy(
      ComponentRuntime runtime, ProxyConfig config, Netfilter netfilter, HealthPorts healthPorts) {
    this.config = config;
    this.netfilter = netfilter;
    this.healthPorts = healthPorts;
    clock = runtime.clock();
    services = runtime.informers().informer(Service.RESOURCE);
    slices = runtime.informers().informer(EndpointSlice.RESOURCE);
    tables = emptyTables(config);
  }

  /// Puts a proxy into the runtime that no load balancer asks.
  public static Proxy install(ComponentRuntime runtime, ProxyConfig config, Netfilter netfilter) {
    return install(runtime, config, netfilter, HealthPorts.NONE);
  }

  /// Puts a proxy into the runtime.
  public static Proxy install(
      ComponentRuntime runtime, ProxyConfig config, Netfilter netfilter, HealthPorts healthPorts) {
    var proxy = new Proxy(runtime, config, netfilter, healthPorts);
    proxy.slices.addIndex(BY_SERVICE, slice -> serviceOf(slice).map(List::of).orElse(List.of()));
    proxy.services.addHandler(InformerHandler.keys(proxy::changed));
    proxy.slices.addHandler(InformerHandler.changes(proxy::changed));
    runtime.add("proxy", proxy);
    return proxy;
  }

  /// Removes all rules of a cluster. Without effect if there are none.
  public static void purge(String table, Netfilter netfilter) throws InterruptedException {
    var commands = new StringBuilder();
    for (var family : Family.values()) {
      var name = family.keyword() + " " + table;
      commands.append("add table ").append(name).append('\n');
      commands.append("delete table ").append(name).append('\n');
    }
    netfilter.apply(commands.toString());
  }

  /// Whether rules of any cluster are in force, this one's or another's.
  public static boolean anyCluster(Netfilter netfilter) throws InterruptedException {
    return netfilter.tables().stream()
        .anyMatch(table -> table.contains(" " + ProxyConfig.tableOf("")));
  }

  /// Whether the rules of all Services have been written at least once.
  public boolean inForce() {
    return inForce;
  }

  private static Optional<String> serviceOf(EndpointSlice slice) {
    var name = slice.metadata().labels().get(SERVICE_LABEL);
    return Optional.ofNullable(name).map(service -> slice.metadata().namespace() + "/" + service);
  }

  private void changed(EndpointSlice slice) {
    var name = slice.metadata().labels().get(SERVICE_LABEL);
    if (name != null) {
      changed(new ObjectKey(slice.metadata().namespace(), name));
    }
  }

  private void changed(ObjectKey service) {
    synchronized (dirty) {
      dirty.add(service);
    }
    wakeUp.run();
  }

  @Override
  public void onWork(Runnable wakeUp) {
    this.wakeUp = wakeUp;
    services.onSynced(wakeUp);
    slices.onSynced(wakeUp);
  }

  @Override
  public boolean step() throws InterruptedException {
    if (waiting || !services.synced() || !slices.synced()) {
      return false;
    }
    var changed = takeChanged();
    if (changed.isEmpty() && writtenOnce) {
      return false;
    }
    var commands = new StringBuilder();
    var flows = new ArrayList<Netfilter.Flow>();
    for (var service : changed) {
      update(service, commands, flows);
    }
    boolean replace = !writtenOnce;
    if (replace) {
      commands.setLength(0);
      tables.forEach(table -> table.writeAll(commands));
    }
    if (!commands.isEmpty()) {
      write(commands.toString(), replace);
    }
    for (var flow : flows) {
      netfilter.forgetFlows(flow);
    }
    healthPorts.publish(health.values(), this::inForce);
    return true;
  }

  private List<ObjectKey> takeChanged() {
    synchronized (dirty) {
      var taken = new ArrayList<ObjectKey>();
      if (!writtenOnce) {
        // The first write holds everything: half of the rules would cut off the other half.
        services.list().forEach(service -> taken.add(ObjectKey.of(service)));
        dirty.clear();
        return taken;
      }
      var each = dirty.iterator();
      while (each.hasNext() && taken.size() < MOST_SERVICES_AT_ONCE) {
        taken.add(each.next());
        each.remove();
      }
      return taken;
    }
  }

  private void update(ObjectKey key, StringBuilder commands, Collection<Netfilter.Flow> flows) {
    var service = services.find(key).filter(Proxy::isOurs);
    var endpoints = slices.byIndex(BY_SERVICE, key.toString());
    service
        .flatMap(found -> ServiceHealth.of(found, endpoints, config.nodeName()))
        .ifPresentOrElse(now -> health.put(key, now), () -> health.remove(key));
    for (var table : tables) {
      var wanted =
          service
              .map(found -> ServiceRules.of(found, endpoints, table.family(), config))
              .orElse(Fragment.EMPTY);
      var before = table.get(key);
      table.put(key, wanted, commands);
      flows.addAll(StaleFlows.between(before, table.get(key), table.family()));
    }
  }

  /// Another proxy may be asked for by a label.
  private static boolean isOurs(Service service) {
    return !service.metadata().labels().containsKey(OTHER_PROXY_LABEL);
  }

  private void write(String commands, boolean replace) throws InterruptedException {
    try {
      netfilter.apply(commands);
      writtenOnce = true;
      inForce = true;
      failures = 0;
      log.debug(
          "Wrote rules. table={} all={} characters={}", config.table(), replace, commands.length());
    } catch (Netfilter.RefusedException refused) {
      // Somebody may have changed our tables. Start over with everything.
      log.warn("Rules were refused. table={} why={}", config.table(), refused.getMessage());
      writtenOnce = false;
      tables = emptyTables(config);
      waiting = true;
      var delay = FIRST_RETRY.multipliedBy(1L << Math.min(failures++, 5));
      clock.schedule(delay.compareTo(LONGEST_RETRY) < 0 ? delay : LONGEST_RETRY, this::retry);
    }
  }

  private void retry() {
    waiting = false;
    wakeUp.run();
  }

  private static List<RuleSet> emptyTables(ProxyConfig config) {
    return List.of(new RuleSet(Family.IPV4, config), new RuleSet(Family.IPV6, config));
  }
}
