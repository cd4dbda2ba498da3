package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Taint;
import io.kubejar.apimachinery.format.Formats;
import java.util.HashSet;
import java.util.List;

/// Nodes.
final class Nodes {
  private Nodes() {}

  static void node(Check root, Node node) {
    var at = root.at("spec");
    taints(at.at("taints"), node.spec().taints());
    at.at("podCIDRs").each(node.spec().podCIDRs(), IpAddresses::range);
    var status = root.at("status");
    status.at("capacity").each(node.status().capacity(), Resources::value);
    status.at("allocatable").each(node.status().allocatable(), Resources::value);
  }

  private static void taints(Check at, List<Taint> taints) {
    var seen = new HashSet<String>();
    at.each(
        taints,
        (item, taint) -> {
          item.at("key").format(taint.key(), Formats::labelKey);
          var wrong = Formats.labelValue(taint.value());
          if (!wrong.isEmpty()) {
            item.at("value").invalid(taint.value(), String.join(";", wrong));
          }
          Scheduling.taintEffect(item.at("effect"), taint.effect());
          if (!seen.add(taint.effect() + "/" + taint.key())) {
            item.duplicate(taint);
          }
        });
  }

  static void node(Check root, Node node, Node old) {
    node(root, node);
    var at = root.at("spec");
    var before = old.spec();
    var now = node.spec();
    if (!before.podCIDRs().isEmpty() && !before.podCIDRs().equals(now.podCIDRs())) {
      at.at("podCIDRs").forbidden("node updates may not change podCIDR except from \"\" to valid");
    }
    if (!before.providerID().isEmpty() && !before.providerID().equals(now.providerID())) {
      at.at("providerID")
          .forbidden("node updates may not change providerID except from \"\" to valid");
    }
  }
}
