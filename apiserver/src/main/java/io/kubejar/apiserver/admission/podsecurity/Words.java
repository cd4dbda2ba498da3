package io.kubejar.apiserver.admission.podsecurity;

import io.kubejar.apimachinery.GoText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// How upstream words what it found.
final class Words {
  private Words() {}

  static String quoted(Collection<String> texts) {
    return texts.stream().map(GoText::quoted).collect(Collectors.joining(", "));
  }

  static String number(String one, String many, int count) {
    return count == 1 ? one : many;
  }

  /// Such as `containers "a", "b"`.
  static String containers(Collection<String> names) {
    return number("container", "containers", names.size()) + " " + quoted(names);
  }

  /// The names of the containers that are meant.
  static List<String> names(CheckedPod pod, Predicate<CheckedPod.Part> meant) {
    return pod.containers().stream().filter(meant).map(CheckedPod.Part::name).toList();
  }

  /// Such as `pod and containers "a", "b"`; empty if it is nobody.
  static String setters(boolean podToo, Collection<String> containers) {
    var setters = new ArrayList<String>();
    if (podToo) {
      setters.add("pod");
    }
    if (!containers.isEmpty()) {
      setters.add(containers(containers));
    }
    return String.join(" and ", setters);
  }
}
