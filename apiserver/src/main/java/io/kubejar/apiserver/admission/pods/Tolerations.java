package io.kubejar.apiserver.admission.pods;

import io.kubejar.api.core.v1.Toleration;
import java.util.ArrayList;
import java.util.List;

/// Which tolerations tolerate all that others do.
final class Tolerations {
  private Tolerations() {}

  /// All of both, without those that another makes superfluous.
  static List<Toleration> merged(List<Toleration> first, List<Toleration> second) {
    var all = new ArrayList<>(first);
    all.addAll(second);
    var merged = new ArrayList<Toleration>();
    for (int i = 0; i < all.size(); i++) {
      var each = all.get(i);
      boolean known = merged.stream().anyMatch(other -> covers(other, each));
      boolean comes =
          all.subList(i + 1, all.size()).stream()
              .anyMatch(other -> !other.equals(each) && covers(other, each));
      if (!known && !comes) {
        merged.add(each);
      }
    }
    return merged;
  }

  /// Whether each of them tolerates nothing that is not allowed.
  static boolean allAllowed(List<Toleration> tolerations, List<Toleration> allowed) {
    return allowed.isEmpty()
        || tolerations.stream()
            .allMatch(each -> allowed.stream().anyMatch(other -> covers(other, each)));
  }

  private static boolean covers(Toleration wide, Toleration narrow) {
    if (wide.equals(narrow)) {
      return true;
    }
    boolean anyKey = wide.key().isEmpty() && wide.operator().equals("Exists");
    boolean effect = wide.effect().isEmpty() || wide.effect().equals(narrow.effect());
    if ((!anyKey && !wide.key().equals(narrow.key())) || !effect || !lastsAsLong(wide, narrow)) {
      return false;
    }
    return switch (wide.operator()) {
      case "Exists" -> true;
      case "", "Equal" -> narrow.operator().equals("Equal") && wide.value().equals(narrow.value());
      default -> false;
    };
  }

  private static boolean lastsAsLong(Toleration wide, Toleration narrow) {
    var most = wide.tolerationSeconds();
    if (!wide.effect().equals("NoExecute") || most == null) {
      return true;
    }
    var wanted = narrow.tolerationSeconds();
    return wanted != null && wanted <= most;
  }
}
