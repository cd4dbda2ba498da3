package io.kubejar.scheduler.framework;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.Quantity;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a pod asks of a node: its containers together, or the largest step of its start if that is
/// more.
final class PodRequests {
  /// What a container without a request is taken to use when nodes are ranked, so that such pods
  /// spread too.
  private static final long USUAL_MILLI_CPU = 100;

  private static final long USUAL_MEMORY = 200L * 1024 * 1024;

  private final ResourceNames names;
  private final boolean fillIn;

  private PodRequests(ResourceNames names, boolean fillIn) {
    this.names = names;
    this.fillIn = fillIn;
  }

  static long[] of(Pod pod, ResourceNames names) {
    return new PodRequests(names, false).total(pod);
  }

  /// The same, with usual values where a container names none.
  static long[] filledIn(Pod pod, ResourceNames names) {
    return new PodRequests(names, true).total(pod);
  }

  private long[] total(Pod pod) {
    long[] running = new long[0];
    for (var container : pod.spec().containers()) {
      running = ResourceNames.add(running, requests(container));
    }
    long[] sidecars = new long[0];
    long[] starting = new long[0];
    for (var container : pod.spec().initContainers()) {
      long[] own = requests(container);
      if ("Always".equals(container.restartPolicy())) {
        sidecars = ResourceNames.add(sidecars, own);
        starting = ResourceNames.max(starting, sidecars);
      } else {
        starting = ResourceNames.max(starting, ResourceNames.add(own.clone(), sidecars));
      }
    }
    long[] total = ResourceNames.max(ResourceNames.add(running, sidecars), starting);
    var ofPod = pod.spec().resources();
    if (ofPod != null) {
      long[] wanted = names.vector(ofPod.requests());
      total = ResourceNames.max(total, new long[wanted.length]);
      for (int i = 0; i < wanted.length; i++) {
        total[i] = wanted[i] == 0 ? total[i] : wanted[i];
      }
    }
    return ResourceNames.add(total, names.vector(pod.spec().overhead()));
  }

  private long[] requests(Container container) {
    Map<String, Quantity> wanted = container.resources().requests();
    if (!fillIn) {
      return names.vector(wanted);
    }
    var filled = new LinkedHashMap<>(wanted);
    filled.putIfAbsent("cpu", Quantity.ofMilli(USUAL_MILLI_CPU));
    filled.putIfAbsent("memory", Quantity.of(USUAL_MEMORY));
    return names.vector(filled);
  }
}
