package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodSpec;
import io.kubejar.api.core.v1.Toleration;
import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Pods, and which of their fields may change.
final class Pods {
  private static final String MIRROR = "kubernetes.io/config.mirror";
  private static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";
  private static final String NO_OTHER_CHANGES =
      "pod updates may not change fields other than `spec.containers[*].image`,"
          + "`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only"
          + " additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to"
          + " be set to 1 if it was previously negative)\n";

  private Pods() {}

  static void create(Check at, Pod pod) {
    always(at, pod);
  }

  private static void always(Check at, Pod pod) {
    annotations(at.at("metadata").at("annotations"), pod);
    var spec = at.at("spec");
    PodSpecs.spec(spec, pod.spec(), true);
    if (pod.spec().serviceAccountName().isEmpty()) {
      withoutTokens(spec.at("volumes"), pod.spec());
    }
    Containers.onlyInPods(spec.at("containers"), pod.spec().containers());
    Containers.onlyInPods(spec.at("initContainers"), pod.spec().initContainers());
  }

  private static void annotations(Check at, Pod pod) {
    var annotations = pod.metadata().annotations();
    var mirror = annotations.get(MIRROR);
    if (mirror != null && pod.spec().nodeName().isEmpty()) {
      at.key(MIRROR).invalid(mirror, "must set spec.nodeName if mirror pod annotation is set");
    }
    var cost = annotations.get(DELETION_COST);
    if (cost != null && !isInteger(cost)) {
      at.key(DELETION_COST).invalid(cost, "must be a 32bit integer");
    }
  }

  private static boolean isInteger(String text) {
    try {
      return text.charAt(0) != '+' && Integer.toString(Integer.parseInt(text)).equals(text);
    } catch (NumberFormatException | IndexOutOfBoundsException _) {
      return false;
    }
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
      return; // A pod that was valid once may still change its labels.
    }
    always(at, pod);
    var spec = at.at("spec");
    boolean same =
        sameContainers(spec.at("containers"), pod.spec().containers(), old.spec().containers());
    same &=
        sameContainers(
            spec.at("initContainers"), pod.spec().initContainers(), old.spec().initContainers());
    if (!same) {
      return;
    }
    deadline(spec.at("activeDeadlineSeconds"), pod.spec(), old.spec());
    if (!pod.spec().tolerations().equals(old.spec().tolerations())) {
      onlyMoreTolerations(
          spec.at("tolerations"), pod.spec().tolerations(), old.spec().tolerations());
    }
    onlyFewerGates(spec.at("schedulingGates"), pod.spec(), old.spec());
    var munged = munged(spec, pod.spec(), old.spec());
    if (!munged.equals(old.spec())) {
      spec.forbidden(NO_OTHER_CHANGES + differences(old.spec(), munged));
    }
  }

  /// Ephemeral containers may come, and stay as they are from then on.
  static void ephemeralContainers(Check at, Pod pod, Pod old) {
    always(at, pod);
    var place = at.at("spec").at("ephemeralContainers");
    for (var before : old.spec().ephemeralContainers()) {
      var now =
          pod.spec().ephemeralContainers().stream()
              .filter(each -> each.name().equals(before.name()))
              .findFirst();
      if (!now.equals(Optional.of(before))) {
        place.forbidden(
            "existing ephemeral containers \"%s\" may not be %s\n"
                .formatted(before.name(), now.isEmpty() ? "removed" : "changed"));
      }
    }
  }

  private static boolean sameContainers(Check at, List<Container> now, List<Container> before) {
    if (now.size() != before.size()) {
      at.forbidden("pod updates may not add or remove containers");
      return false;
    }
    return true;
  }

  private static void deadline(Check at, PodSpec pod, PodSpec old) {
    var now = pod.activeDeadlineSeconds();
    var before = old.activeDeadlineSeconds();
    if (Objects.equals(now, before)) {
      return;
    }
    if (now == null) {
      at.invalid(null, "must not update from a positive integer to nil value");
    } else if (before != null && before < now) {
      at.invalid(now, "must be less than or equal to previous value");
    } else {
      at.messages(now, Formats.inRange(now, 0, Integer.MAX_VALUE));
    }
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
    if (!old.schedulingGates().isEmpty()) {
      if (!pod.nodeSelector().entrySet().containsAll(old.nodeSelector().entrySet())) {
        at.at("nodeSelector")
            .invalid(
                pod.nodeSelector(),
                "only additions to spec.nodeSelector are allowed (no mutations or deletions)");
      }
      // A gated pod may still narrow down where it wants to run.
      munged = munged.withNodeSelector(old.nodeSelector()).withAffinity(old.affinity());
    }
    return munged;
  }

  private static List<Container> withImagesOf(List<Container> now, List<Container> before) {
    var containers = new ArrayList<Container>();
    for (int i = 0; i < now.size(); i++) {
      containers.add(now.get(i).withImage(before.get(i).image()));
    }
    return containers;
  }

  /// The paths that differ, as upstream's diff would show them in many more words.
  private static String differences(PodSpec old, PodSpec now) {
    var paths = new TreeSet<String>();
    compare("spec", PodSpec.CODEC.toTree(old), PodSpec.CODEC.toTree(now), paths);
    return "  " + String.join("\n  ", paths) + "\n";
  }

  private static void compare(
      String path, @Nullable JsonValue old, @Nullable JsonValue now, Set<String> paths) {
    if (Objects.equals(old, now)) {
      return;
    }
    if (!(old instanceof JsonObject before) || !(now instanceof JsonObject after)) {
      paths.add(path + ": " + old + " -> " + now);
      return;
    }
    var names = new TreeSet<>(before.fields().keySet());
    names.addAll(after.fields().keySet());
    names.forEach(name -> compare(path + "." + name, before.get(name), after.get(name), paths));
  }
}
