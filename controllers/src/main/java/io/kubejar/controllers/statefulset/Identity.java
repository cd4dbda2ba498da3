package io.kubejar.controllers.statefulset;

import io.kubejar.api.apps.v1.StatefulSet;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodTemplateSpec;
import io.kubejar.controllers.pods.PodsOfTemplates;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// What tells a StatefulSet's pods apart: the ordinal at the end of the name. Pure.
final class Identity {
  static final String REVISION_LABEL = "controller-revision-hash";
  private static final String NAME_LABEL = "statefulset.kubernetes.io/pod-name";
  private static final String INDEX_LABEL = "apps.kubernetes.io/pod-index";
  private static final Pattern NAME = Pattern.compile("(.*)-([0-9]+)");
  private static final int NONE = -1;

  private Identity() {}

  /// The number at the end of the name; -1 if there is none.
  static int ordinal(Pod pod) {
    var matcher = NAME.matcher(pod.metadata().name());
    if (!matcher.matches()) {
      return NONE;
    }
    try {
      return Integer.parseInt(matcher.group(2));
    } catch (NumberFormatException _) {
      return NONE; // More than any ordinal can be.
    }
  }

  /// Whether the pod has the name of one of the set's.
  static boolean isMember(StatefulSet set, Pod pod) {
    var matcher = NAME.matcher(pod.metadata().name());
    return matcher.matches() && matcher.group(1).equals(set.metadata().name());
  }

  static String name(StatefulSet set, int ordinal) {
    return set.metadata().name() + "-" + ordinal;
  }

  /// The name of the revision that the pod was made of; empty if it does not say.
  static String revision(Pod pod) {
    return pod.metadata().labels().getOrDefault(REVISION_LABEL, "");
  }

  static boolean matches(StatefulSet set, Pod pod) {
    var name = pod.metadata().name();
    int ordinal = ordinal(pod);
    return ordinal >= 0
        && name.equals(name(set, ordinal))
        && name.equals(pod.metadata().labels().get(NAME_LABEL));
  }

  /// The pod with the labels that its name asks for.
  static Pod corrected(Pod pod) {
    Map<String, String> labels = new LinkedHashMap<>(pod.metadata().labels());
    labels.put(NAME_LABEL, pod.metadata().name());
    labels.put(INDEX_LABEL, Integer.toString(ordinal(pod)));
    return pod.withMetadata(pod.metadata().withLabels(labels));
  }

  /// A pod that is still to be made.
  static Pod newPod(StatefulSet set, PodTemplateSpec template, String revision, int ordinal) {
    var raw = PodsOfTemplates.of(set, template);
    var name = name(set, ordinal);
    Map<String, String> labels = new LinkedHashMap<>(raw.metadata().labels());
    labels.put(REVISION_LABEL, revision);
    var pod =
        raw.withMetadata(raw.metadata().withName(name).withLabels(labels))
            .withSpec(raw.spec().withHostname(name).withSubdomain(set.spec().serviceName()));
    return PodClaims.withVolumes(set, corrected(pod));
  }
}
