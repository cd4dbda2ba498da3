package io.kubejar.apiserver.admission;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.LimitRange;
import io.kubejar.api.core.v1.LimitRangeItem;
import io.kubejar.api.core.v1.PersistentVolumeClaim;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.cache.Selection;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.registry.Registry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What containers, pods and claims of a namespace may ask for, and what they get if they do not
/// ask.
public final class LimitRanger implements AdmissionPlugin {
  private static final String CONTAINER = "Container";
  private static final String POD = "Pod";
  private static final String CLAIM = "PersistentVolumeClaim";

  private final Registry<LimitRange> ranges;

  public LimitRanger(Registry<LimitRange> ranges) {
    this.ranges = ranges;
  }

  @Override
  public @Nullable KubernetesObject mutate(AdmissionRequest request) throws InterruptedException {
    boolean newPod = request.is(Operation.CREATE) && request.concerns("pods");
    if (!newPod || !(request.object() instanceof Pod pod)) {
      return request.object();
    }
    var items = items(request.namespace(), CONTAINER);
    if (items.isEmpty()) {
      return pod;
    }
    var spec = pod.spec();
    return pod.withSpec(
        spec.withContainers(spec.containers().stream().map(it -> filled(it, items)).toList())
            .withInitContainers(
                spec.initContainers().stream().map(it -> filled(it, items)).toList()));
  }

  private static Container filled(Container container, List<LimitRangeItem> items) {
    Map<String, Quantity> limits = new LinkedHashMap<>(container.resources().limits());
    Map<String, Quantity> requests = new LinkedHashMap<>(container.resources().requests());
    for (var item : items) {
      item.default_().forEach(limits::putIfAbsent);
      item.defaultRequest().forEach(requests::putIfAbsent);
    }
    return container.withResources(container.resources().withLimits(limits).withRequests(requests));
  }

  @Override
  public void validate(AdmissionRequest request) throws InterruptedException {
    if (!request.is(Operation.CREATE) || !request.subresource().isEmpty()) {
      return;
    }
    var problems = new ArrayList<String>();
    switch (request.object()) {
      case Pod pod -> checkPod(request.namespace(), pod, problems);
      case PersistentVolumeClaim claim ->
          items(request.namespace(), CLAIM)
              .forEach(
                  item ->
                      check(CLAIM, item, claim.spec().resources().requests(), Map.of(), problems));
      case null, default -> {}
    }
    if (!problems.isEmpty()) {
      var text =
          problems.size() == 1 ? problems.getFirst() : "[" + String.join(", ", problems) + "]";
      throw ApiException.forbidden(request.resource(), request.name(), text);
    }
  }

  private void checkPod(String namespace, Pod pod, List<String> problems)
      throws InterruptedException {
    var containers =
        Stream.concat(pod.spec().initContainers().stream(), pod.spec().containers().stream())
            .toList();
    for (var item : items(namespace, CONTAINER)) {
      for (var container : containers) {
        var resources = container.resources();
        check(CONTAINER, item, resources.requests(), resources.limits(), problems);
      }
    }
    for (var item : items(namespace, POD)) {
      var all = pod.spec().containers();
      check(
          POD,
          item,
          sum(all, ResourceRequirements::requests),
          sum(all, ResourceRequirements::limits),
          problems);
    }
  }

  private static Map<String, Quantity> sum(
      List<Container> containers, Function<ResourceRequirements, Map<String, Quantity>> part) {
    Map<String, Quantity> sum = new LinkedHashMap<>();
    containers.forEach(
        container ->
            part.apply(container.resources())
                .forEach((name, amount) -> sum.merge(name, amount, Quantity::add)));
    return sum;
  }

  private static void check(
      String what,
      LimitRangeItem item,
      Map<String, Quantity> requests,
      Map<String, Quantity> limits,
      List<String> problems) {
    item.min()
        .forEach(
            (name, least) -> {
              var request = requests.get(name);
              var rule = "minimum " + name + " usage per " + what + " is " + least;
              if (request == null) {
                problems.add(rule + ".  No request is specified");
              } else if (request.compareTo(least) < 0) {
                problems.add(rule + ", but request is " + request);
              }
            });
    boolean claim = what.equals(CLAIM);
    item.max()
        .forEach(
            (name, most) -> {
              var limit = claim ? requests.get(name) : limits.get(name);
              var word = claim ? "request" : "limit";
              var rule = "maximum " + name + " usage per " + what + " is " + most;
              if (limit == null) {
                problems.add(rule + ".  No " + word + " is specified");
              } else if (limit.compareTo(most) > 0) {
                problems.add(rule + ", but " + word + " is " + limit);
              }
            });
  }

  private List<LimitRangeItem> items(String namespace, String type) throws InterruptedException {
    return ranges.currentCache().list(Selection.<LimitRange>namespace(namespace)).objects().stream()
        .map(Stored::object)
        .flatMap(range -> range.spec().limits().stream())
        .filter(item -> item.type().equals(type))
        .toList();
  }
}
