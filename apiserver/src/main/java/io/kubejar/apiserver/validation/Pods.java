package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.EphemeralContainer;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.Toleration;
import io.kubejar.apimachinery.format.Formats;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Pods, and which of their fields may change.
final class Pods {
  private static final String NO_OTHER_CHANGES =
      "pod updates may not change fields other than `spec.containers[*].image`,"
          + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only"
          + " additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to"
          + " be set to 1 if it was previously negative)\n";

  private Pods() {}

  static void create(Check at, Pod pod) {
    always(at, pod);
    var spec = at.at("spec");
    if (!pod.spec().ephemeralContainers().isEmpty()) {
      spec.at("ephemeralContainers").forbidden("cannot be set on create");
    }
    if (!pod.spec().nodeName().isEmpty() && !pod.spec().schedulingGates().isEmpty()) {
      spec.at("nodeName").forbidden("cannot be set until all schedulingGates have been cleared");
    }
    PodAnnotations.sameAsFields(spec, pod.metadata().annotations(), pod.spec());
  }

  /// What holds of pods at any time.
  static void always(Check at, Pod pod) {
    PodAnnotations.all(
        at.at("metadata").at("annotations"), pod.metadata().annotations(), pod.spec());
    var spec = at.at("spec");
    PodSpecs.spec(spec, pod.spec(), pod.metadata());
    if (pod.spec().serviceAccountName().isEmpty()) {
      withoutTokens(spec.at("volumes"), pod.spec());
    }
    Containers.onlyInPods(spec.at("containers"), pod.spec().containers());
    Containers.onlyInPods(spec.at("initContainers"), pod.spec().initContainers());
  }

  private static void withoutTokens(Check at, PodSpec pod) {
    at.each(
        pod.volumes(),
        (item, volume) -> {
          var projected = volume.projected();
          if (projected != null) {
            item.at("projected")
                .at("sources")
                .each(
                    projected.sources(),
                    (place, source) -> {
                      if (source.serviceAccountToken() != null) {
                        place
                            .at("serviceAccountToken")
                            .forbidden("must not be specified when serviceAccountName is not set");
                      }
                    });
          }
        });
  }

  static void update(Check at, Pod pod, Pod old) {
    if (pod.spec().equals(old.spec())) {
      // A pod that was valid once may still change its labels.
      PodAnnotations.all(
          at.at("metadata").at("annotations"), pod.metadata().annotations(), pod.spec());
      annotations(at, pod, old);
      return;
    }
    always(at, pod);
    annotations(at, pod, old);
    var spec = at.at("spec");
    boolean same =
        sameContainers(spec.at("containers"), pod.spec().containers(), old.spec().containers())
            && sameContainers(
                spec.at("initContainers"), pod.spec().initContainers(), old.spec().initContainers())
            && deadline(spec.at("activeDeadlineSeconds"), pod.spec(), old.spec());
    if (!same) {
      return;
    }
    onlyMoreTolerations(spec.at("tolerations"), pod.spec().tolerations(), old.spec().tolerations());
    onlyFewerGates(spec.at("schedulingGates"), pod.spec(), old.spec());
    var munged = munged(spec, pod.spec(), old.spec());
    if (!munged.equals(old.spec())) {
      spec.forbidden(
          NO_OTHER_CHANGES
              + Differences.between(
                  "spec", PodSpec.CODEC.toTree(old.spec()), PodSpec.CODEC.toTree(munged)));
    }
  }

  private static void annotations(Check at, Pod pod, Pod old) {
    var annotations = at.at("metadata").at("annotations");
    PodAnnotations.update(annotations, pod.metadata().annotations(), old.metadata().annotations());
    PodAnnotations.all(annotations, pod.metadata().annotations(), pod.spec());
  }

  /// Ephemeral containers may come, and stay as they are from then on.
  static void ephemeralContainers(Check at, Pod pod, Pod old) {
    always(at, pod);
    annotations(at, pod, old);
    var place = at.at("spec").at("ephemeralContainers");
    for (var before : old.spec().ephemeralContainers()) {
      var now =
          pod.spec().ephemeralContainers().stream()
              .filter(each -> each.name().equals(before.name()))
              .reduce((_, last) -> last);
      if (now.isEmpty()) {
        place.forbidden(existing(before, "removed"));
      } else if (!now.get().equals(before)) {
        place.forbidden(
            existing(before, "changed")
                + Differences.between(
                    "spec.ephemeralContainers",
                    EphemeralContainer.CODEC.toTree(before),
                    EphemeralContainer.CODEC.toTree(now.get())));
      }
    }
  }

  private static String existing(EphemeralContainer container, String what) {
    return "existing ephemeral containers \"%s\" may not be %s\n".formatted(container.name(), what);
  }

  private static boolean sameContainers(Check at, List<Container> now, List<Container> before) {
    if (now.size() != before.size()) {
      at.forbidden("pod updates may not add or remove containers");
      return false;
    }
    at.each(
        now,
        (item, container) -> {
          item.at("image").nonEmpty(container.image());
          Containers.withoutBlanks(item, container.image());
        });
    return true;
  }

  /// False if there is no use in looking at the rest.
  private static boolean deadline(Check at, PodSpec pod, PodSpec old) {
    var now = pod.activeDeadlineSeconds();
    var before = old.activeDeadlineSeconds();
    if (now == null) {
      if (before != null) {
        at.invalid(null, "must not update from a positive integer to nil value");
      }
      return true;
    }
    var wrong = Formats.inRange(now, 0, Integer.MAX_VALUE);
    at.messages(now, wrong);
    if (wrong.isEmpty() && before != null && before < now) {
      at.invalid(now, "must be less than or equal to previous value");
      return false;
    }
    return wrong.isEmpty();
  }

  /// Only their seconds may change, and more may come.
  static void onlyMoreTolerations(Check at, List<Toleration> now, List<Toleration> before) {
    for (var old : before) {
      boolean kept =
          now.stream()
              .anyMatch(each -> old.withTolerationSeconds(each.tolerationSeconds()).equals(each));
      if (!kept) {
        at.forbidden("existing toleration can not be modified except its tolerationSeconds");
        return;
      }
    }
    Scheduling.tolerations(at, now);
  }

  private static void onlyFewerGates(Check at, PodSpec pod, PodSpec old) {
    at.each(
        pod.schedulingGates(),
        (item, gate) -> {
          if (!old.schedulingGates().contains(gate)) {
            item.at("name")
                .forbidden(
                    "only deletion is allowed, but found new scheduling gate '"
                        + gate.name()
                        + "'");
          }
        });
  }

  /// The new pod with everything that may change as it was.
  private static PodSpec munged(Check at, PodSpec pod, PodSpec old) {
    var munged =
        pod.withContainers(withImagesOf(pod.containers(), old.containers()))
            .withInitContainers(withImagesOf(pod.initContainers(), old.initContainers()))
            .withActiveDeadlineSeconds(old.activeDeadlineSeconds())
            .withTolerations(old.tolerations())
            .withSchedulingGates(old.schedulingGates());
    var grace = old.terminationGracePeriodSeconds();
    boolean impossible = grace != null && grace < 0;
    if (impossible && Objects.equals(pod.terminationGracePeriodSeconds(), 1L)) {
      munged = munged.withTerminationGracePeriodSeconds(grace);
    }
    return old.schedulingGates().isEmpty() ? munged : GatedPods.unmoved(at, munged, old);
  }

  private static List<Container> withImagesOf(List<Container> now, List<Container> before) {
    var containers = new ArrayList<Container>();
    for (int i = 0; i < now.size(); i++) {
      containers.add(now.get(i).withImage(before.get(i).image()));
    }
    return containers;
  }
}
