package io.kubejar.apiserver.admission.podsecurity;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.GoText;
import io.kubejar.apimachinery.meta.v1.OwnerReference;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.registry.Registry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/// Finds the pods of a namespace that would not be let in any more under a stricter policy.
record NamespacePods(Registry<Pod> pods, PodSecurityOptions options) {
  private static final int CHECKED_MAX = 3_000;

  /// What the client who made the policy stricter should know.
  List<String> warnings(String namespace, LevelVersion policy) {
    var all = unlikeFirst(namespace);
    var checked = all.subList(0, Math.min(all.size(), CHECKED_MAX));
    var found = new TreeMap<String, TreeSet<String>>();
    for (var pod : checked) {
      var violations = Evaluator.evaluate(policy, CheckedPod.of(pod.metadata(), pod.spec()));
      if (!violations.isEmpty()) {
        found
            .computeIfAbsent(Violation.reasons(violations), _ -> new TreeSet<>())
            .add(pod.metadata().name());
      }
    }
    var warnings = new ArrayList<String>();
    if (checked.size() < all.size()) {
      warnings.add(
          "new PodSecurity enforce level only checked against the first "
              + checked.size()
              + " of "
              + all.size()
              + " existing pods");
    }
    if (!found.isEmpty()) {
      warnings.add(
          "existing pods in namespace "
              + GoText.quoted(namespace)
              + " violate the new PodSecurity enforce level "
              + GoText.quoted(policy.toString()));
    }
    var lines = new TreeSet<String>();
    found.forEach((reason, names) -> lines.add(counted(names) + ": " + reason));
    warnings.addAll(lines);
    return warnings;
  }

  private static String counted(TreeSet<String> names) {
    return switch (names.size()) {
      case 1 -> names.first();
      case 2 -> names.first() + " (and 1 other pod)";
      default -> names.first() + " (and " + (names.size() - 1) + " other pods)";
    };
  }

  /// One pod of each controller before the others, which are most likely like it.
  private List<Pod> unlikeFirst(String namespace) {
    var first = new ArrayList<Pod>();
    var alike = new ArrayList<Pod>();
    var seen = new HashSet<String>();
    for (var stored : pods.cache().list(Selection.<Pod>namespace(namespace)).objects()) {
      var pod = stored.object();
      var runtime = pod.spec().runtimeClassName();
      if (runtime == null || !options.runtimeClasses().contains(runtime)) {
        var controller =
            pod.metadata().ownerReferences().stream()
                .filter(owner -> Boolean.TRUE.equals(owner.controller()))
                .map(OwnerReference::uid)
                .findFirst();
        boolean another = controller.isPresent() && !seen.add(controller.get());
        (another ? alike : first).add(pod);
      }
    }
    first.addAll(alike);
    return first;
  }
}
