package io.kubejar.apiserver.admission.pods;

import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.PodStatus;
import io.kubejar.api.quota.PodTotals;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.apimachinery.meta.v1.StatusCause;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.registry.Registry;
import java.util.ArrayList;
import java.util.Map;

/// Pods are not resized beyond what their node has, nor where nobody resizes them.
public final class ResizeCapacity implements AdmissionPlugin {
  private static final String OPERATING_SYSTEM = "kubernetes.io/os";
  private static final Quantity NOTHING = Quantity.parse("0");

  private final Registry<Node> nodes;

  public ResizeCapacity(Registry<Node> nodes) {
    this.nodes = nodes;
  }

  @Override
  public void validate(AdmissionRequest request) {
    if (!request.is(Operation.UPDATE)
        || !request.subresource().equals("resize")
        || !(request.object() instanceof Pod pod)
        || !(request.old() instanceof Pod old)
        || pod.spec().nodeName().isEmpty()
        || pod.spec().equals(old.spec())) {
      return;
    }
    var name = pod.spec().nodeName();
    var node =
        nodes
            .cache()
            .get(ObjectKey.clusterScoped(name))
            .orElseThrow(() -> request.forbidden("node \"" + name + "\" not found"))
            .object();
    var system = node.metadata().labels().getOrDefault(OPERATING_SYSTEM, "linux");
    if (!system.equals("linux")) {
      throw request
          .forbidden(
              "pod resize is only supported on linux nodes, node \""
                  + name
                  + "\" is \""
                  + system
                  + "\"")
          .withCause(StatusCause.EMPTY.withReason("UnsupportedPlatform"));
    }
    var lacking = lacking(pod, node.status().allocatable());
    if (!lacking.isEmpty()) {
      throw request
          .forbidden("node didn't have enough allocatable resources: " + lacking)
          .withCause(StatusCause.EMPTY.withReason("NodeCapacity"));
    }
  }

  private static String lacking(Pod pod, Map<String, Quantity> allocatable) {
    var requests = PodTotals.requests(pod.withStatus(PodStatus.EMPTY));
    var lacking = new ArrayList<String>();
    for (var name : new String[] {"cpu", "memory"}) {
      var wanted = requests.getOrDefault(name, NOTHING);
      var there = allocatable.getOrDefault(name, NOTHING);
      if (wanted.compareTo(there) > 0) {
        lacking.add(
            "%s, requested: %s, allocatable: %s"
                .formatted(name, number(name, wanted), number(name, there)));
      }
    }
    return String.join("; ", lacking);
  }

  private static long number(String name, Quantity amount) {
    return name.equals("cpu") ? amount.milliValue() : amount.value();
  }
}
