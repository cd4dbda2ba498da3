package io.kubejar.simulation.nodes;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.selector.Selector;

/// Which pods are meant.
///
/// @param namespace empty for all
/// @param name where `*` stands for any characters and `?` for one
public record PodSelection(String namespace, String name, Selector labels) {
  public static final PodSelection ALL = new PodSelection("", "*", Selector.everything());

  public PodSelection withNamespace(String value) {
    return new PodSelection(value, name, labels);
  }

  public PodSelection withName(String value) {
    return new PodSelection(namespace, value, labels);
  }

  public boolean matches(Pod pod) {
    var metadata = pod.metadata();
    return (namespace.isEmpty() || namespace.equals(metadata.namespace()))
        && matches(name, metadata.name())
        && labels.matches(metadata.labels());
  }

  /// Walks through both; where they part, the last `*` takes one character more.
  static boolean matches(String pattern, String text) {
    int p = 0;
    int star = -1;
    int taken = 0;
    for (int t = 0; t < text.length(); ) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        taken = t;
      } else if (p < pattern.length()
          && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++taken;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
