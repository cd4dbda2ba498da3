package io.kubejar.scheduler;

import io.kubejar.scheduler.framework.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Why a pod fits on none of the nodes: per node the rule that said so and its verdict.
record Diagnosis(int nodes, Map<String, Rejection> rejections) {
  static final String NO_NODES = "no nodes available to schedule pods";

  /// A verdict against a node, and whose it was.
  record Rejection(String plugin, Verdict verdict) {}

  Diagnosis {
    rejections = Collections.unmodifiableMap(new LinkedHashMap<>(rejections));
  }

  Set<String> plugins() {
    var plugins = new TreeSet<String>();
    for (var rejection : rejections.values()) {
      plugins.add(rejection.plugin());
    }
    return plugins;
  }

  /// The sentence that upstream's users know: reasons counted over the nodes, in the order of their
  /// text.
  ///
  /// @param afterwards what was tried to make room; may be empty
  String message(String afterwards) {
    if (nodes == 0) {
      return NO_NODES;
    }
    var reasons = new ArrayList<String>();
    rejections.values().forEach(rejection -> reasons.addAll(rejection.verdict().reasonsAgainst()));
    return unavailable(nodes, reasons) + (afterwards.isEmpty() ? "" : " " + afterwards);
  }

  /// The same sentence about any list of reasons, one entry per node and reason.
  static String unavailable(int nodes, List<String> reasons) {
    var counts = new HashMap<String, Integer>();
    reasons.forEach(reason -> counts.merge(reason, 1, Integer::sum));
    var counted = new ArrayList<String>();
    counts.forEach((reason, count) -> counted.add(count + " " + reason));
    Collections.sort(counted);
    var head = "0/" + nodes + " nodes are available:";
    return counted.isEmpty() ? head : head + " " + String.join(", ", counted) + ".";
  }
}
