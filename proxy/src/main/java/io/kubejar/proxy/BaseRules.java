package io.kubejar.proxy;

import static io.kubejar.proxy.ServiceRules.CLUSTER_IPS;
import static io.kubejar.proxy.ServiceRules.EXTERNAL_IPS;
import static io.kubejar.proxy.ServiceRules.NODE_PORTS;
import static io.kubejar.proxy.ServiceRules.UNSERVED_IPS;
import static io.kubejar.proxy.ServiceRules.UNSERVED_NODE_PORTS;

import java.util.ArrayList;
import java.util.List;

/// The part of a table that does not depend on any Service: the hooks, the maps they look into, and
/// the way of pods to the outside.
record BaseRules(Family family, ProxyConfig config) {

  /// The commands, in an order in which nothing is used before it is there.
  List<String> commands() {
    var commands = new ArrayList<String>();
    addMaps(commands);
    addMasquerading(commands);
    addTranslation(commands);
    addRefusal(commands);
    return commands;
  }

  private void addMaps(List<String> commands) {
    var byAddress = family.addressType() + " . inet_proto . inet_service : verdict";
    for (var map : List.of(CLUSTER_IPS, EXTERNAL_IPS, UNSERVED_IPS)) {
      commands.add(of("map", map, "{ type " + byAddress + "; }"));
    }
    for (var map : List.of(NODE_PORTS, UNSERVED_NODE_PORTS)) {
      commands.add(of("map", map, "{ type inet_proto . inet_service : verdict; }"));
    }
  }

  private void addMasquerading(List<String> commands) {
    var mark = "0x" + Integer.toHexString(ProxyConfig.MASQUERADE_MARK);
    commands.add(of("chain", "mark-for-masquerade", ""));
    commands.add(of("rule", "mark-for-masquerade", "meta mark set meta mark | " + mark));
    commands.add(hook("nat-postrouting", "nat", "postrouting", "srcnat"));
    var pods = config.podCidrs(family);
    commands.add(
        of(
            "rule",
            "nat-postrouting",
            "meta mark & " + mark + " == " + mark + " jump masquerade-marked"));
    commands.add(of("chain", "masquerade-marked", ""));
    // The mark must not survive: a tunnel would look at the packet again.
    commands.add(of("rule", "masquerade-marked", "meta mark set meta mark ^ " + mark));
    commands.add(of("rule", "masquerade-marked", "masquerade fully-random"));
    if (!pods.isEmpty()) {
      var outside = new ArrayList<>(pods);
      outside.add(family.multicast());
      commands.add(
          of(
              "rule",
              "nat-postrouting",
              "%s saddr { %s } %s daddr != { %s } masquerade fully-random"
                  .formatted(
                      family.keyword(),
                      String.join(", ", pods),
                      family.keyword(),
                      String.join(", ", outside))));
    }
    // A jump cannot lead to what is not there yet.
    commands.sort((a, b) -> Boolean.compare(a.startsWith("add rule"), b.startsWith("add rule")));
  }

  private void addTranslation(List<String> commands) {
    var keyword = family.keyword();
    commands.add(of("chain", "external", ""));
    commands.add(of("rule", "external", lookUp(EXTERNAL_IPS)));
    commands.add(
        of(
            "rule",
            "external",
            "fib daddr type local %s daddr != %s meta l4proto . th dport vmap @%s"
                .formatted(keyword, family.loopback(), NODE_PORTS)));
    commands.add(hook("nat-prerouting", "nat", "prerouting", "dstnat"));
    var pods = config.podCidrs(family);
    var whose =
        config.ownPodsOnly() && !pods.isEmpty()
            ? keyword + " saddr { " + String.join(", ", pods) + " } "
            : "";
    commands.add(of("rule", "nat-prerouting", whose + lookUp(CLUSTER_IPS)));
    commands.add(of("rule", "nat-prerouting", "jump external"));
    commands.add(hook("nat-output", "nat", "output", "-100"));
    commands.add(of("rule", "nat-output", lookUp(CLUSTER_IPS)));
    commands.add(of("rule", "nat-output", "jump external"));
  }

  private void addRefusal(List<String> commands) {
    commands.add(of("chain", "refuse", ""));
    commands.add(of("rule", "refuse", "reject"));
    commands.add(of("chain", "unserved", ""));
    commands.add(of("rule", "unserved", lookUp(UNSERVED_IPS)));
    commands.add(
        of(
            "rule",
            "unserved",
            "fib daddr type local %s daddr != %s meta l4proto . th dport vmap @%s"
                .formatted(family.keyword(), family.loopback(), UNSERVED_NODE_PORTS)));
    var pods = config.podCidrs(family);
    for (var hook : List.of("input", "forward", "output")) {
      commands.add(hook("filter-" + hook, "filter", hook, "-110"));
      boolean foreign = config.ownPodsOnly() && !pods.isEmpty() && hook.equals("forward");
      var whose = foreign ? family.keyword() + " saddr { " + String.join(", ", pods) + " } " : "";
      commands.add(of("rule", "filter-" + hook, whose + "ct state new jump unserved"));
    }
  }

  private String lookUp(String map) {
    return family.keyword() + " daddr . meta l4proto . th dport vmap @" + map;
  }

  private String hook(String chain, String type, String hook, String priority) {
    return of(
        "chain",
        chain,
        "{ type %s hook %s priority %s; policy accept; }".formatted(type, hook, priority));
  }

  private String of(String what, String name, String rest) {
    return "add %s %s %s %s %s"
        .formatted(what, family.keyword(), config.table(), name, rest)
        .strip();
  }
}
