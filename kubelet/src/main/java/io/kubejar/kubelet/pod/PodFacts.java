package io.kubejar.kubelet.pod;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.Quantity;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Small questions about a pod that many ask.
public final class PodFacts {
  private static final long FNV_OFFSET = 0x811c9dc5L;
  private static final long FNV_PRIME = 0x01000193L;

  private PodFacts() {}

  /// `name_namespace(uid)`, as messages name a pod.
  public static String described(Pod pod) {
    var metadata = pod.metadata();
    return metadata.name() + "_" + metadata.namespace() + "(" + metadata.uid() + ")";
  }

  /// Whether an init container stays beside the pod's containers.
  public static boolean isSidecar(Container container) {
    return "Always".equals(container.restartPolicy());
  }

  /// The uid of an unchanging kind: of mirror pods the hash would matter, which we do not have.
  public static String uid(Pod pod) {
    return pod.metadata().uid();
  }

  /// The containers that make up the pod: those before the start, and the main ones.
  public static Stream<Container> allContainers(Pod pod) {
    return Stream.concat(pod.spec().initContainers().stream(), pod.spec().containers().stream());
  }

  /// The container of that name, also one that was added to look at the pod.
  public static Optional<Container> container(Pod pod, String name) {
    return Stream.concat(allContainers(pod), EphemeralContainers.of(pod).stream())
        .filter(container -> container.name().equals(name))
        .findFirst();
  }

  public static boolean isInit(Pod pod, String name) {
    return pod.spec().initContainers().stream().anyMatch(found -> found.name().equals(name));
  }

  /// How events name a container: `spec.containers{web}`.
  public static String fieldPath(Pod pod, String name) {
    String list =
        EphemeralContainers.has(pod, name)
            ? "ephemeralContainers"
            : isInit(pod, name) ? "initContainers" : "containers";
    return "spec." + list + "{" + name + "}";
  }

  public static boolean isTerminal(String phase) {
    return phase.equals("Succeeded") || phase.equals("Failed");
  }

  /// Changes when a running container no longer fits its spec: with its name or image only.
  public static String hash(Container container) {
    String text = "{\"name\":\"" + container.name() + "\",\"image\":\"" + container.image() + "\"}";
    long hash = FNV_OFFSET;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = ((hash ^ (b & 0xff)) * FNV_PRIME) & 0xffffffffL;
    }
    return Long.toHexString(hash);
  }

  /// Guaranteed, Burstable or BestEffort.
  public static String qosClass(Pod pod) {
    if (!pod.status().qosClass().isEmpty()) {
      return pod.status().qosClass();
    }
    var containers = allContainers(pod).toList();
    boolean anything = containers.stream().anyMatch(PodFacts::asksForResources);
    if (!anything) {
      return "BestEffort";
    }
    return containers.stream().allMatch(PodFacts::guaranteed) ? "Guaranteed" : "Burstable";
  }

  private static boolean asksForResources(Container container) {
    return Stream.of(container.resources().requests(), container.resources().limits())
        .anyMatch(amounts -> positive(amounts, "cpu") || positive(amounts, "memory"));
  }

  private static boolean positive(Map<String, Quantity> amounts, String resource) {
    var amount = amounts.get(resource);
    return amount != null && amount.signum() > 0;
  }

  private static boolean guaranteed(Container container) {
    var limits = container.resources().limits();
    var requests = container.resources().requests();
    return List.of("cpu", "memory").stream()
        .allMatch(
            resource -> {
              var limit = limits.get(resource);
              var request = requests.getOrDefault(resource, limit);
              return limit != null
                  && limit.signum() > 0
                  && request != null
                  && request.sameAmountAs(limit);
            });
  }
}
