package io.kubejar.apimachinery.apply;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Collects the members of a [FieldSet].
final class FieldSetBuilder {
  private final TreeMap<PathElement, FieldSetBuilder> below = new TreeMap<>();
  private boolean member;

  /// What is below this element.
  FieldSetBuilder at(PathElement element) {
    return below.computeIfAbsent(element, e -> new FieldSetBuilder());
  }

  /// Makes the element that this builder stands for a member.
  void markMember() {
    member = true;
  }

  void insert(List<PathElement> path) {
    if (path.isEmpty()) {
      return; // The whole object belongs to nobody.
    }
    var at = this;
    for (var element : path) {
      at = at.at(element);
    }
    at.member = true;
  }

  FieldSet build() {
    var nodes = new ArrayList<FieldSet.Node>(below.size());
    below.forEach(
        (element, builder) -> {
          var set = builder.build();
          if (builder.member || !set.isEmpty()) {
            nodes.add(new FieldSet.Node(element, builder.member, set));
          }
        });
    return FieldSet.of(nodes);
  }
}
