package io.kubejar.scheduler.framework;

import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.meta.v1.LabelSelectorRequirement;
import io.kubejar.apimachinery.selector.LabelSelectors;
import io.kubejar.apimachinery.selector.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Label selectors of pods about pods.
public final class LabelMatching {
  private LabelMatching() {}

  /// A missing selector selects nothing, an empty one everything.
  public static Selector selector(@Nullable LabelSelector selector) {
    return LabelSelectors.of(selector);
  }

  /// The selector, narrowed to pods that have (or have not) the same values as these labels under
  /// some keys.
  public static Selector selector(
      @Nullable LabelSelector selector,
      Map<String, String> labels,
      List<String> sameValues,
      List<String> otherValues) {
    if (selector == null || (sameValues.isEmpty() && otherValues.isEmpty())) {
      return selector(selector);
    }
    var narrowed = new ArrayList<>(selector.matchExpressions());
    addRequirements(narrowed, labels, sameValues, "In");
    addRequirements(narrowed, labels, otherValues, "NotIn");
    return selector(selector.withMatchExpressions(narrowed));
  }

  private static void addRequirements(
      List<LabelSelectorRequirement> into,
      Map<String, String> labels,
      List<String> keys,
      String op) {
    for (var key : keys) {
      var value = labels.get(key);
      if (value != null) {
        into.add(
            LabelSelectorRequirement.builder()
                .key(key)
                .operator(op)
                .values(List.of(value))
                .build());
      }
    }
  }
}
