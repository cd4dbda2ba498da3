package io.kubejar.apiserver.validation;

import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Keys of labels whose values a selector takes from the pod itself.
final class LabelKeys {
  private LabelKeys() {}

  static void both(
      Check at, List<String> match, List<String> mismatch, @Nullable LabelSelector selector) {
    keys(at.at("matchLabelKeys"), match, selector);
    keys(at.at("mismatchLabelKeys"), mismatch, selector);
    if (selector != null) {
      notTwice(at, match, selector);
    }
    at.at("matchLabelKeys")
        .each(
            match,
            (item, key) -> {
              if (mismatch.contains(key)) {
                item.invalid(key, "exists in both matchLabelKeys and mismatchLabelKeys");
              }
            });
  }

  private static void keys(Check at, List<String> keys, @Nullable LabelSelector selector) {
    if (!keys.isEmpty() && selector == null) {
      at.forbidden("must not be specified when labelSelector is not set");
      return;
    }
    at.each(keys, (item, key) -> item.format(key, Formats::labelKey));
  }

  /// The keys have been merged into the selector by now; one that was there before is there twice.
  /// Upstream finds fault at the key's index, without the name of the field.
  private static void notTwice(Check at, List<String> match, LabelSelector selector) {
    var seen = new HashSet<>(selector.matchLabels().keySet());
    for (var requirement : selector.matchExpressions()) {
      int index = match.lastIndexOf(requirement.key());
      if (index >= 0 && seen.contains(requirement.key())) {
        at.at(index).invalid(requirement.key(), "exists in both matchLabelKeys and labelSelector");
      }
      seen.add(requirement.key());
    }
  }
}
