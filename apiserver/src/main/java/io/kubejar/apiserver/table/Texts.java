package io.kubejar.apiserver.table;

import io.kubejar.api.core.v1.Container;
import io.kubejar.apimachinery.meta.v1.LabelSelector;
import io.kubejar.apimachinery.selector.LabelSelectors;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Texts that cells of several kinds share.
final class Texts {
  static final String NONE = "<none>";
  static final String UNSET = "<unset>";

  private Texts() {}

  static String orNone(@Nullable String text) {
    return text == null || text.isEmpty() ? NONE : text;
  }

  static String orUnset(@Nullable Object value) {
    return value == null ? UNSET : value.toString();
  }

  static int orZero(@Nullable Integer number) {
    return number == null ? 0 : number;
  }

  static String containerNames(List<Container> containers) {
    return containers.stream().map(Container::name).collect(Collectors.joining(","));
  }

  static String images(List<Container> containers) {
    return containers.stream().map(Container::image).collect(Collectors.joining(","));
  }

  /// Labels as `a=1,b=2`, in the order of their keys.
  static String labels(Map<String, String> labels) {
    return labels.isEmpty()
        ? NONE
        : new TreeMap<>(labels)
            .entrySet().stream()
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(","));
  }

  /// A selector that may be the empty text.
  static String plainSelector(@Nullable LabelSelector selector) {
    return selector == null ? "" : LabelSelectors.of(selector).toString();
  }

  /// A selector as Go prints the object that it is.
  static String printedSelector(LabelSelector selector) {
    var text = new StringBuilder("&LabelSelector{MatchLabels:map[string]string{");
    new TreeMap<>(selector.matchLabels())
        .forEach((key, value) -> text.append(key).append(": ").append(value).append(','));
    text.append("},MatchExpressions:[]LabelSelectorRequirement{");
    for (var each : selector.matchExpressions()) {
      text.append("LabelSelectorRequirement{Key:")
          .append(each.key())
          .append(",Operator:")
          .append(each.operator())
          .append(",Values:[")
          .append(String.join(" ", each.values()))
          .append("],},");
    }
    return text.append("},}").toString();
  }

  static String selector(@Nullable LabelSelector selector) {
    if (selector == null) {
      return NONE;
    }
    var text = LabelSelectors.of(selector).toString();
    return text.isEmpty() ? NONE : text;
  }

  /// The first few of a list, and how many more there are.
  static String few(List<String> all, int shown) {
    if (all.size() <= shown) {
      return String.join(",", all);
    }
    return String.join(",", all.subList(0, shown)) + " + " + (all.size() - shown) + " more...";
  }
}
