package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.apimachinery.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a resize may change of a pod: how much CPU and memory its containers, and the pod as a
/// whole, ask for and may use.
final class PodResizes {
  private static final String ONLY = "only cpu and memory resources ";
  private static final List<String> MUTABLE = List.of("cpu", "memory");

  private PodResizes() {}

  /// Why a pod can never be resized, which is then all there is to say.
  static Optional<String> refusal(Pod old) {
    if (old.metadata().annotations().containsKey(PodAnnotations.MIRROR)) {
      return Optional.of("static pods cannot be resized");
    }
    var os = old.spec().os();
    return os != null && os.name().equals("windows")
        ? Optional.of("windows pods cannot be resized")
        : Optional.empty();
  }

  /// @param sameClass whether the pod keeps its quality-of-service class
  static void resize(Check root, Pod pod, Pod old, boolean sameClass) {
    var spec = root.at("spec");
    if (!sameClass) {
      spec.invalid(pod.status().qosClass(), "Pod QOS Class may not change as a result of resizing");
    }
    if (!isSupported(old)) {
      spec.forbidden("Pod running on node without support for resize");
    }
    ofPod(spec, pod.spec().resources(), old.spec().resources());
    if (!old.status().nodeAllocatableResourceClaimStatuses().isEmpty()) {
      spec.forbidden("pods with node allocatable resource claims cannot be resized");
    }
    boolean sameOrder =
        sameOrder(spec, "containers", pod.spec().containers(), old.spec().containers());
    sameOrder &=
        sameOrder(spec, "initContainers", pod.spec().initContainers(), old.spec().initContainers());
    if (sameOrder) {
      ofContainers(spec, pod, old);
    }
  }

  /// A node that can resize tells what its containers have.
  private static boolean isSupported(Pod pod) {
    for (var status : pod.status().containerStatuses()) {
      if (status.state().running() != null) {
        return status.resources() != null;
      }
    }
    return true;
  }

  private static void ofPod(
      Check spec, @Nullable ResourceRequirements now, @Nullable ResourceRequirements before) {
    if (isUnset(now) && isUnset(before)) {
      return;
    }
    var at = spec.at("resources");
    if (before != null && now == null) {
      at.forbidden("pod-level resources cannot be removed");
      return;
    }
    var given = now == null ? ResourceRequirements.EMPTY : now;
    var had = before == null ? ResourceRequirements.EMPTY : before;
    nothingRemoved(at, given, had, "pod-level resource ");
    if (!sameAmounts(withCpuAndMemoryOf(given, had), had)) {
      spec.forbidden(ONLY + "are mutable at pod-level");
    }
  }

  private static boolean isUnset(@Nullable ResourceRequirements resources) {
    return resources == null || (resources.requests().isEmpty() && resources.limits().isEmpty());
  }

  private static boolean sameOrder(
      Check spec, String field, List<Container> now, List<Container> before) {
    var at = spec.at(field);
    if (now.size() != before.size()) {
      at.forbidden(field + " may not be added or removed on resize");
      return false;
    }
    boolean same = true;
    for (int i = 0; i < now.size(); i++) {
      if (!now.get(i).name().equals(before.get(i).name())) {
        at.at(i).at("name").forbidden(field + " may not be renamed or reordered on resize");
        same = false;
      }
    }
    return same;
  }

  private static void ofContainers(Check spec, Pod pod, Pod old) {
    nothingRemoved(
        spec.at("initContainers"), pod.spec().initContainers(), old.spec().initContainers());
    nothingRemoved(spec.at("containers"), pod.spec().containers(), old.spec().containers());
    for (int i = 0; i < pod.spec().containers().size(); i++) {
      var before = old.spec().containers().get(i);
      if (!isSame(withCpuAndMemoryOf(pod.spec().containers().get(i), before), before)) {
        spec.forbidden(ONLY + "are mutable");
      }
    }
    for (int i = 0; i < pod.spec().initContainers().size(); i++) {
      initContainer(
          spec.at("initContainers").at(i),
          pod.spec().initContainers().get(i),
          old.spec().initContainers().get(i));
    }
  }

  private static void initContainer(Check at, Container now, Container before) {
    if (!isSame(withCpuAndMemoryOf(now, before), before)) {
      at.forbidden(ONLY + "for init or sidecar containers are mutable");
    }
    boolean sidecar = "Always".equals(now.restartPolicy());
    boolean restarts =
        now.resizePolicy().stream().anyMatch(it -> it.restartPolicy().equals("RestartContainer"));
    if (!sidecar && restarts && !isSame(now, before)) {
      at.forbidden(
          "non-sidecar init containers with a resize policy of RestartContainer cannot be resized");
    }
  }

  private static void nothingRemoved(Check at, List<Container> now, List<Container> before) {
    for (int i = 0; i < now.size(); i++) {
      nothingRemoved(
          at.at(i).at("resources"), now.get(i).resources(), before.get(i).resources(), "resource ");
    }
  }

  private static void nothingRemoved(
      Check at, ResourceRequirements now, ResourceRequirements before, String what) {
    if (!now.requests().keySet().containsAll(before.requests().keySet())) {
      at.at("requests").forbidden(what + "requests cannot be removed");
    }
    if (!now.limits().keySet().containsAll(before.limits().keySet())) {
      at.at("limits").forbidden(what + "limits cannot be removed");
    }
  }

  /// Without claims, as upstream has it: containers that have claims cannot be resized.
  private static Container withCpuAndMemoryOf(Container now, Container before) {
    var resources = withCpuAndMemoryOf(now.resources(), before.resources());
    return now.withResources(resources.withClaims(List.of()));
  }

  private static ResourceRequirements withCpuAndMemoryOf(
      ResourceRequirements now, ResourceRequirements before) {
    return now.withRequests(withCpuAndMemoryOf(now.requests(), before.requests()))
        .withLimits(withCpuAndMemoryOf(now.limits(), before.limits()));
  }

  private static Map<String, Quantity> withCpuAndMemoryOf(
      Map<String, Quantity> now, Map<String, Quantity> before) {
    var merged = new TreeMap<>(now);
    for (var name : MUTABLE) {
      merged.remove(name);
      if (before.containsKey(name)) {
        merged.put(name, before.get(name));
      }
    }
    return merged;
  }

  private static boolean isSame(Container one, Container other) {
    return one.withResources(other.resources()).equals(other)
        && sameAmounts(one.resources(), other.resources());
  }

  /// Whether both say the same, in whatever units.
  private static boolean sameAmounts(ResourceRequirements one, ResourceRequirements other) {
    return sameAmounts(one.requests(), other.requests())
        && sameAmounts(one.limits(), other.limits())
        && one.claims().equals(other.claims());
  }

  private static boolean sameAmounts(Map<String, Quantity> one, Map<String, Quantity> other) {
    return one.keySet().equals(other.keySet())
        && one.entrySet().stream()
            .allMatch(
                each ->
                    each.getValue().sameAmountAs(other.getOrDefault(each.getKey(), Quantity.ZERO)));
  }
}
