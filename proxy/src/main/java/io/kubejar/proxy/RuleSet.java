package io.kubejar.proxy;

import io.kubejar.api.core.v1.Service;
import io.kubejar.api.discovery.v1.EndpointSlice;
import io.kubejar.apimachinery.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The table of one family with the rules of all Services, and the way from one state of it to the
/// next.
///
/// It remembers what was written last, so that a change of one Service costs one Service. Not safe
/// for several threads.
final class RuleSet {
  private static final Logger log = LoggerFactory.getLogger(RuleSet.class);

  private final Family family;
  private final ProxyConfig config;
  private final Map<ObjectKey, Fragment> services = new TreeMap<>(BY_TEXT);

  /// Which Service an entry belongs to: two may claim the same address, the first keeps it.
  private final Map<String, ObjectKey> owners = new HashMap<>();

  private static final Comparator<ObjectKey> BY_TEXT =
      Comparator.comparing(ObjectKey::namespace).thenComparing(ObjectKey::name);

  RuleSet(Family family, ProxyConfig config) {
    this.family = family;
    this.config = config;
  }

  /// A rule set of these Services, each with its endpoints.
  static RuleSet of(Family family, ProxyConfig config, Map<Service, List<EndpointSlice>> services) {
    var rules = new RuleSet(family, config);
    services.forEach(
        (service, slices) ->
            rules.put(
                ObjectKey.of(service),
                ServiceRules.of(service, slices, family, config),
                new StringBuilder()));
    return rules;
  }

  Family family() {
    return family;
  }

  String table() {
    return family.keyword() + " " + config.table();
  }

  Fragment get(ObjectKey service) {
    return services.getOrDefault(service, Fragment.EMPTY);
  }

  /// Takes in the new rules of one Service and writes the commands that bring the kernel there.
  void put(ObjectKey service, Fragment wanted, StringBuilder commands) {
    var now = withoutForeignEntries(service, wanted);
    var before = get(service);
    if (now.equals(before)) {
      return;
    }
    writeChanges(before, now, commands);
    before
        .elements()
        .forEach((map, entries) -> entries.keySet().forEach(key -> owners.remove(map + key)));
    now.elements()
        .forEach((map, entries) -> entries.keySet().forEach(key -> owners.put(map + key, service)));
    if (now.equals(Fragment.EMPTY)) {
      services.remove(service);
    } else {
      services.put(service, now);
    }
  }

  private Fragment withoutForeignEntries(ObjectKey service, Fragment wanted) {
    var fragment = new Fragment.Builder();
    wanted.chains().forEach(fragment::chain);
    wanted.sets().forEach(fragment::set);
    wanted
        .elements()
        .forEach(
            (map, entries) ->
                entries.forEach(
                    (key, verdict) -> {
                      var owner = owners.getOrDefault(map + key, service);
                      if (owner.equals(service)) {
                        fragment.element(map, key, verdict);
                      } else {
                        log.warn("Taken already. service={} entry={} by={}", service, key, owner);
                      }
                    }));
    return fragment.build();
  }

  private void writeChanges(Fragment before, Fragment now, StringBuilder commands) {
    for (var set : now.sets().entrySet()) {
      var old = before.sets().get(set.getKey());
      if (old == null) {
        line(commands, "add set", set.getKey(), "{ " + set.getValue() + " }");
      }
    }
    var changed = new LinkedHashMap<String, List<String>>();
    for (var chain : now.chains().entrySet()) {
      var old = before.chains().get(chain.getKey());
      if (old == null) {
        line(commands, "add chain", chain.getKey(), "");
      }
      if (!chain.getValue().equals(old)) {
        changed.put(chain.getKey(), chain.getValue());
        if (old != null) {
          line(commands, "flush chain", chain.getKey(), "");
        }
      }
    }
    changed.forEach((chain, rules) -> writeRules(commands, chain, rules));
    writeElements(before, now, commands);
    var gone = without(before.chains().keySet(), now.chains().keySet());
    gone.forEach(chain -> line(commands, "flush chain", chain, ""));
    gone.forEach(chain -> line(commands, "delete chain", chain, ""));
    without(before.sets().keySet(), now.sets().keySet())
        .forEach(set -> line(commands, "delete set", set, ""));
  }

  private void writeElements(Fragment before, Fragment now, StringBuilder commands) {
    before
        .elements()
        .forEach(
            (map, entries) ->
                entries.forEach(
                    (key, verdict) -> {
                      if (!verdict.equals(entries(now, map).get(key))) {
                        line(commands, "delete element", map, "{ " + key + " }");
                      }
                    }));
    now.elements()
        .forEach(
            (map, entries) ->
                entries.forEach(
                    (key, verdict) -> {
                      if (!verdict.equals(entries(before, map).get(key))) {
                        line(commands, "add element", map, "{ " + key + " : " + verdict + " }");
                      }
                    }));
  }

  private static Map<String, String> entries(Fragment fragment, String map) {
    return fragment.elements().getOrDefault(map, Map.of());
  }

  private static List<String> without(Collection<String> all, Collection<String> taken) {
    var left = new ArrayList<>(all);
    left.removeAll(taken);
    return left;
  }

  private void writeRules(StringBuilder commands, String chain, List<String> rules) {
    rules.forEach(rule -> line(commands, "add rule", chain, rule));
  }

  private void line(StringBuilder commands, String command, String name, String rest) {
    commands.append(command).append(' ').append(table()).append(' ').append(name);
    if (!rest.isEmpty()) {
      commands.append(' ').append(rest);
    }
    commands.append('\n');
  }

  /// Writes the commands that replace whatever the table holds by all of this.
  void writeAll(StringBuilder commands) {
    commands.append("add table ").append(table()).append('\n');
    commands.append("delete table ").append(table()).append('\n');
    commands.append("add table ").append(table()).append('\n');
    new BaseRules(family, config)
        .commands()
        .forEach(command -> commands.append(command).append('\n'));
    services.values().forEach(fragment -> writeChanges(Fragment.EMPTY, fragment, commands));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RuleSet that
        && family == that.family
        && config.equals(that.config)
        && services.equals(that.services);
  }

  @Override
  public int hashCode() {
    return Objects.hash(family, config, services);
  }
}
