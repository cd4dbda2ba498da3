package io.kubejar.apiserver.admission.limits;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.LimitRange;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.Quantity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// Gives containers that say nothing the requests and limits of a LimitRange, and notes in an
/// annotation what it gave.
final class ContainerRequests {
  private static final String ANNOTATION = "kubernetes.io/limit-ranger";

  private final Map<String, Quantity> requests = new TreeMap<>();
  private final Map<String, Quantity> limits = new TreeMap<>();
  private final List<String> notes = new ArrayList<>();

  private ContainerRequests(LimitRange range) {
    for (var item : range.spec().limits()) {
      if (item.type().equals("Container")) {
        requests.putAll(item.defaultRequest());
        limits.putAll(item.default_());
      }
    }
  }

  static Pod filled(Pod pod, LimitRange range) {
    return new ContainerRequests(range).filled(pod);
  }

  private Pod filled(Pod pod) {
    var spec = pod.spec();
    var containers = spec.containers().stream().map(it -> filled(it, "container")).toList();
    var inits = spec.initContainers().stream().map(it -> filled(it, "init container")).toList();
    if (notes.isEmpty()) {
      return pod;
    }
    var annotations = new LinkedHashMap<>(pod.metadata().annotations());
    annotations.put(ANNOTATION, "LimitRanger plugin set: " + String.join("; ", notes));
    return pod.withMetadata(pod.metadata().withAnnotations(annotations))
        .withSpec(spec.withContainers(containers).withInitContainers(inits));
  }

  private Container filled(Container container, String what) {
    var resources = container.resources();
    return container.withResources(
        resources
            .withRequests(
                filled(
                    resources.requests(),
                    requests,
                    " request for " + what + " " + container.name()))
            .withLimits(
                filled(resources.limits(), limits, " limit for " + what + " " + container.name())));
  }

  private Map<String, Quantity> filled(
      Map<String, Quantity> given, Map<String, Quantity> otherwise, String note) {
    var lacking = new TreeSet<>(otherwise.keySet());
    lacking.removeAll(given.keySet());
    if (lacking.isEmpty()) {
      return given;
    }
    notes.add(String.join(", ", lacking) + note);
    var all = new TreeMap<>(otherwise);
    all.putAll(given);
    return all;
  }
}
