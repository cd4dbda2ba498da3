package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.NodeAddress;
import io.kubejar.api.core.v1.Taint;
import io.kubejar.apimachinery.format.Formats;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// Nodes.
final class Nodes {
  private static final Pattern FEATURE =
      Pattern.compile("[A-Z][a-zA-Z0-9]*+(/[a-zA-Z][a-zA-Z0-9]*+)*+");

  private Nodes() {}

  static void node(Check root, Node node) {
    taints(root.at("metadata").at("taints"), node.spec().taints()); // As upstream writes it.
    resources(root, node);
    var swap = node.status().nodeInfo().swap();
    if (swap != null && swap.capacity() != null) {
      root.at("metadata").at("nodeSwapStatus").at("capacity").positive(swap.capacity());
    }
    features(root.at("status").at("declaredFeatures"), node.status().declaredFeatures());
    var ranges = node.spec().podCIDRs();
    var at = root.at("spec").at("podCIDRs");
    at.each(ranges, IpAddresses::range);
    if (ranges.size() > 1) {
      boolean both =
          ranges.size() == 2
              && IpAddresses.isIpv6(ranges.getFirst()) != IpAddresses.isIpv6(ranges.getLast());
      if (!both) {
        at.invalid(ranges, "may specify no more than one CIDR for each IP family");
      }
    }
  }

  private static void resources(Check root, Node node) {
    var at = root.at("status");
    node.status()
        .capacity()
        .forEach((name, amount) -> Resources.value(at.at("capacity").at(name), name, amount));
    node.status()
        .allocatable()
        .forEach((name, amount) -> Resources.value(at.at("allocatable").at(name), name, amount));
  }

  private static void features(Check at, List<String> features) {
    for (int i = 0; i < features.size(); i++) {
      var feature = features.get(i);
      if (i > 0 && feature.equals(features.get(i - 1))) {
        at.at(i).duplicate(feature);
      } else if (i > 0 && feature.compareTo(features.get(i - 1)) < 0) {
        at.at(i).invalid(feature, "list must be sorted alphabetically");
      }
      feature(at.at(i), feature);
    }
  }

  private static void feature(Check at, String feature) {
    var invalid = "invalid feature name \"" + feature + "\": ";
    if (feature.length() > Formats.LONGEST_SUBDOMAIN) {
      at.invalid(feature, invalid + "must be no more than 253 characters");
    } else if (!FEATURE.matcher(feature).matches()) {
      at.invalid(
          feature,
          invalid
              + "must start with an UpperCamelCase segment, with subsequent segments separated by"
              + " '/' (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric"
              + " characters and slashes");
    }
  }

  /// Each range that changed is told, or that their number did.
  private static void ranges(Check at, List<String> now, List<String> before) {
    if (before.isEmpty()) {
      return;
    }
    boolean isOther = now.size() != before.size();
    long changed =
        isOther
            ? 1
            : IntStream.range(0, now.size()).filter(i -> !now.get(i).equals(before.get(i))).count();
    for (long i = 0; i < changed; i++) {
      at.forbidden("node updates may not change podCIDR except from \"\" to valid");
    }
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
            item.duplicate(taint, "taints must be unique by key and effect pair");
          }
        });
  }

  static void node(Check root, Node node, Node old) {
    resources(root, node);
    features(root.at("status").at("declaredFeatures"), node.status().declaredFeatures());
    var addresses = new HashSet<NodeAddress>();
    root.at("status")
        .at("addresses")
        .each(
            node.status().addresses(),
            (item, address) -> {
              if (!addresses.add(address)) {
                item.duplicate(address);
              }
            });
    var at = root.at("spec");
    var before = old.spec();
    var now = node.spec();
    ranges(at.at("podCIDRs"), now.podCIDRs(), before.podCIDRs());
    if (!before.providerID().isEmpty() && !before.providerID().equals(now.providerID())) {
      at.at("providerID")
          .forbidden("node updates may not change providerID except from \"\" to valid");
    }
    taints(root.at("metadata").at("taints"), now.taints());
    if (!now.externalID().equals(before.externalID())) {
      at.at("externalID").forbidden("may not be updated");
    }
  }
}
