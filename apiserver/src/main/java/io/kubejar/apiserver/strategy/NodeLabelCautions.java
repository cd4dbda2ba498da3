package io.kubejar.apiserver.strategy;

import io.kubejar.api.core.v1.NodeSelectorTerm;
import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Labels of nodes that should not be used any more.
final class NodeLabelCautions {
  private static final Map<String, String> DEPRECATED =
      Map.of(
          "beta.kubernetes.io/arch",
          "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
          "beta.kubernetes.io/os",
          "deprecated since v1.14; use \"kubernetes.io/os\" instead",
          "failure-domain.beta.kubernetes.io/region",
          "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
          "failure-domain.beta.kubernetes.io/zone",
          "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
          "beta.kubernetes.io/instance-type",
          "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
          "app.kubernetes.io/created-by",
          "deprecated since v1.9",
          "scheduler.alpha.kubernetes.io/preferAvoidPods",
          "deprecated since v1.22; use Taints and Tolerations instead",
          "node-role.kubernetes.io/master",
          "use \"node-role.kubernetes.io/control-plane\" instead");

  private NodeLabelCautions() {}

  /// A label at a path that names it.
  static void label(List<String> warnings, String path, String label) {
    var text = DEPRECATED.get(label);
    if (text != null) {
      warnings.add(path + ": " + text);
    }
  }

  /// A label at a path that does not name it.
  static void key(List<String> warnings, String path, String label) {
    var text = DEPRECATED.get(label);
    if (text != null) {
      warnings.add(path + ": " + label + " is " + text);
    }
  }

  /// @param withValues whether values that no label can have are told
  static void term(List<String> warnings, String path, NodeSelectorTerm term, boolean withValues) {
    for (int i = 0; i < term.matchExpressions().size(); i++) {
      var expression = term.matchExpressions().get(i);
      var at = path + ".matchExpressions[" + i + "]";
      key(warnings, at + ".key", expression.key());
      for (int j = 0; withValues && j < expression.values().size(); j++) {
        var value = expression.values().get(j);
        for (var message : Formats.labelValue(value)) {
          warnings.add(at + ".values[" + j + "]: " + value + " is invalid, " + message);
        }
      }
    }
  }

  static void terms(List<String> warnings, String path, List<NodeSelectorTerm> terms) {
    for (int i = 0; i < terms.size(); i++) {
      term(warnings, path + "[" + i + "]", terms.get(i), false);
    }
  }

  static void selector(List<String> warnings, String path, @Nullable LabelSelector selector) {
    if (selector == null) {
      return;
    }
    for (int i = 0; i < selector.matchExpressions().size(); i++) {
      key(
          warnings,
          path + ".matchExpressions[" + i + "].key",
          selector.matchExpressions().get(i).key());
    }
    selector
        .matchLabels()
        .keySet()
        .forEach(label -> label(warnings, path + ".matchLabels." + label, label));
  }
}
