package io.kubejar.apiserver.defaulting;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// Lists with every item changed; the same list if no item changes, so that nothing is copied in
/// vain.
final class Mapped {
  private Mapped() {}

  @SuppressWarnings("ReferenceEquality") // Only meant to save the copy.
  static <X> List<X> each(List<X> items, UnaryOperator<X> change) {
    List<X> changed = null;
    for (int i = 0; i < items.size(); i++) {
      X before = items.get(i);
      X after = change.apply(before);
      if (changed == null && after != before) {
        changed = new ArrayList<>(items.subList(0, i));
      }
      if (changed != null) {
        changed.add(after);
      }
    }
    return changed == null ? items : changed;
  }
}
