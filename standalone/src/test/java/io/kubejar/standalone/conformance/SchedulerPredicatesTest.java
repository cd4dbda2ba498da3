package io.kubejar.standalone.conformance;

import static io.kubejar.standalone.conformance.Placement.needing;
import static io.kubejar.standalone.conformance.Placement.pod;
import static io.kubejar.standalone.conformance.Trees.items;
import static io.kubejar.standalone.conformance.Trees.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.json.JsonObject;

/// Where the scheduler puts pods, and where it does not.
final class SchedulerPredicatesTest {
  private static final String AREA = "[sig-scheduling] SchedulerPredicates [Serial] ";

  @Conformance(AREA + "validates resource limits of pods that are allowed to run")
  void limits(Api api) throws Exception {
    var placement = new Placement(api);
    long largest = 0;
    int fillers = 0;
    try (var _ = placement.pods()) {
      for (var node : Placement.NODES) {
        long free = allocatable(api, node);
        largest = Math.max(largest, free);
        for (var pod : items(api.get("/api/v1/pods"), "items")) {
          free -= text(pod, "spec.nodeName").equals(node) ? requested(pod) : 0;
        }
        var filler = "filler-pod-" + fillers++;
        placement.run(needing(filler, "cpu", free * 7 / 10 + "m", Placement.on(node)));
      }
      placement.requireNoPlace(needing("additional-pod", "cpu", largest * 5 / 10 + "m", "{}"));
      placement.requirePlaced(fillers, 1);
    }
  }

  private static long allocatable(Api api, String node) throws Exception {
    return millis(text(api.get("/api/v1/nodes/" + node), "status.allocatable.cpu"));
  }

  private static long requested(JsonObject pod) {
    if (text(pod, "status.phase").equals("Succeeded")
        || text(pod, "status.phase").equals("Failed")) {
      return 0;
    }
    return items(pod, "spec.containers").stream()
        .map(it -> text(it, "resources.requests.cpu"))
        .mapToLong(it -> it.isEmpty() ? 0 : millis(it))
        .sum();
  }

  private static long millis(String quantity) {
    return Quantity.parse(quantity).milliValue();
  }

  @Conformance(AREA + "validates that NodeSelector is respected if not matching")
  void selectorsOfNoNode(Api api) throws Exception {
    var placement = new Placement(api);
    placement.requireNoPlace(pod("restricted-pod", "{nodeSelector: {label: nonempty}}"));
    placement.requirePlaced(0, 1);
  }

  @Conformance(AREA + "validates that NodeSelector is respected if matching")
  void selectors(Api api) throws Exception {
    var placement = new Placement(api);
    for (var node : Placement.NODES) {
      var label = "kubernetes.io/e2e-" + api.suffix() + node;
      try (var _ = placement.labelled(node, label, "42")) {
        var name = "with-labels-" + node;
        var running = placement.run(pod(name, "{nodeSelector: {%s: '42'}}".formatted(label)));
        assertThat(text(running, "spec.nodeName")).isEqualTo(node);
      }
    }
  }

  @Conformance(
      AREA
          + "validates that there exists conflict between pods with same hostPort and protocol but"
          + " one using 0.0.0.0 hostIP")
  void hostPorts(Api api) throws Exception {
    var placement = new Placement(api);
    var node = Placement.NODES.getFirst();
    var label = "kubernetes.io/e2e-" + api.suffix();
    var spec =
        """
        nodeSelector: {%s: '95'}
        containers:
        - name: agnhost
          image: agnhost
          ports: [{hostPort: 54322, containerPort: 8080, protocol: TCP, hostIP: '%s'}]
        """;
    try (var _ = placement.labelled(node, label, "95");
        var _ = placement.pods()) {
      placement.run(pod("pod4", spec.formatted(label, "")));
      placement.requireNoPlace(pod("pod5", spec.formatted(label, "192.0.2.1")));
      placement.requirePlaced(1, 1);
    }
  }
}
