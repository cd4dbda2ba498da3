package io.kubejar.client.nodes;

import io.kubejar.api.core.v1.NodeSelectorRequirement;
import io.kubejar.api.core.v1.NodeSelectorTerm;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The language of node affinity: requirements on labels and on the node's name.
public final class NodeSelectors {
  private NodeSelectors() {}

  /// Whether the term selects the node. A term without requirements selects nothing.
  public static boolean matches(
      NodeSelectorTerm term, String nodeName, Map<String, String> labels) {
    if (term.matchExpressions().isEmpty() && term.matchFields().isEmpty()) {
      return false;
    }
    for (var expression : term.matchExpressions()) {
      if (!matches(expression, labels.get(expression.key()))) {
        return false;
      }
    }
    for (var field : term.matchFields()) {
      if (!field.key().equals("metadata.name") || !matches(field, nodeName)) {
        return false;
      }
    }
    return true;
  }

  static boolean matchesAny(List<NodeSelectorTerm> terms, String name, Map<String, String> labels) {
    for (var term : terms) {
      if (matches(term, name, labels)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(NodeSelectorRequirement wanted, @Nullable String actual) {
    return switch (wanted.operator()) {
      case "In" -> actual != null && wanted.values().contains(actual);
      case "NotIn" -> actual == null || !wanted.values().contains(actual);
      case "Exists" -> actual != null;
      case "DoesNotExist" -> actual == null;
      case "Gt", "Lt" -> actual != null && compares(wanted, actual);
      default -> false;
    };
  }

  private static boolean compares(NodeSelectorRequirement wanted, String actual) {
    try {
      long limit = Long.parseLong(wanted.values().getFirst());
      long value = Long.parseLong(actual);
      return wanted.operator().equals("Gt") ? value > limit : value < limit;
    } catch (NumberFormatException _) {
      return false; // A label may hold any text.
    }
  }
}
