package io.kubejar.apiserver.validation;

import io.kubejar.api.node.v1.RuntimeClass;
import io.kubejar.apimachinery.format.Formats;
import java.util.HashSet;

/// Ways to run containers.
final class RuntimeClasses {
  private RuntimeClasses() {}

  static void runtimeClass(Check root, RuntimeClass given) {
    if (given.handler().isEmpty()) {
      root.at("handler").required("");
    } else {
      root.at("handler").format(given.handler(), Formats::dns1123Label);
    }
    var overhead = given.overhead();
    if (overhead != null) {
      Resources.overhead(root.at("overhead"), overhead.podFixed());
    }
    var scheduling = given.scheduling();
    if (scheduling == null) {
      return;
    }
    MetadataValidation.labels(root.at("scheduling").at("nodeSelector"), scheduling.nodeSelector());
    var tolerations = root.at("scheduling").at("tolerations");
    Scheduling.tolerations(tolerations, scheduling.tolerations());
    var seen = new HashSet<Object>();
    tolerations.each(
        scheduling.tolerations(),
        (item, toleration) -> {
          if (!seen.add(toleration.withTolerationSeconds(null))) {
            item.duplicate(toleration);
          }
        });
  }

  static void runtimeClass(Check root, RuntimeClass given, RuntimeClass old) {
    runtimeClass(root, given);
    root.at("handler").immutable(given.handler(), old.handler());
  }
}
