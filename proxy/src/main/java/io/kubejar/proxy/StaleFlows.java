package io.kubejar.proxy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// The UDP flows that would go on to the wrong place after a change of a Service's rules.
final class StaleFlows {
  private static final Pattern UDP_TARGET =
      Pattern.compile("meta l4proto udp dnat to \\[?([0-9a-f.:]+?)]?:(\\d+)");

  private static final Set<String> SERVED =
      Set.of(ServiceRules.CLUSTER_IPS, ServiceRules.EXTERNAL_IPS, ServiceRules.NODE_PORTS);

  private StaleFlows() {}

  /// What is to be forgotten: flows to targets that are gone, and all flows of entries that had no
  /// target before.
  static List<Netfilter.Flow> between(Fragment before, Fragment now, Family family) {
    var gone = new TreeSet<>(targets(before));
    gone.removeAll(targets(now));
    var flows = new ArrayList<Netfilter.Flow>();
    for (var map : SERVED) {
      var entriesBefore = before.elements().getOrDefault(map, Map.of()).keySet();
      var entries = new HashSet<>(entriesBefore);
      entries.addAll(now.elements().getOrDefault(map, Map.of()).keySet());
      for (var entry : entries) {
        if (!isUdp(entry)) {
          continue;
        }
        if (!entriesBefore.contains(entry)) {
          flows.add(flow(entry, "", family));
        } else {
          gone.forEach(target -> flows.add(flow(entry, target, family)));
        }
      }
    }
    return flows;
  }

  private static Set<String> targets(Fragment fragment) {
    var targets = new HashSet<String>();
    for (var rules : fragment.chains().values()) {
      for (var rule : rules) {
        var match = UDP_TARGET.matcher(rule);
        if (match.find()) {
          targets.add(match.group(1));
        }
      }
    }
    return targets;
  }

  private static boolean isUdp(String entry) {
    return entry.startsWith("udp . ") || entry.contains(" . udp . ");
  }

  private static Netfilter.Flow flow(String entry, String target, Family family) {
    var parts = entry.split(" \\. ", -1);
    boolean ofNode = parts.length == 2;
    return new Netfilter.Flow(
        family == Family.IPV6,
        ofNode ? "" : parts[0],
        Integer.parseInt(parts[parts.length - 1]),
        target);
  }
}
