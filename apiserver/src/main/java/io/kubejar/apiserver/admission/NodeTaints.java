package io.kubejar.apiserver.admission;

import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Taint;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// New nodes take no pods before they are ready.
public final class NodeTaints implements AdmissionPlugin {
  private static final String NOT_READY = "node.kubernetes.io/not-ready";

  @Override
  public @Nullable KubernetesObject mutate(AdmissionRequest request) {
    boolean newNode = request.is(Operation.CREATE) && request.concerns("nodes");
    return newNode && request.object() instanceof Node node ? tainted(node) : request.object();
  }

  private static Node tainted(Node node) {
    boolean has =
        node.spec().taints().stream()
            .anyMatch(it -> it.key().equals(NOT_READY) && it.effect().equals("NoSchedule"));
    if (has) {
      return node;
    }
    var taints = new ArrayList<>(node.spec().taints());
    taints.add(Taint.EMPTY.withKey(NOT_READY).withEffect("NoSchedule"));
    return node.withSpec(node.spec().withTaints(taints));
  }
}
