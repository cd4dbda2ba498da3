package io.kubejar.apiserver.admission;

import io.kubejar.api.core.v1.Node;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Taint;
import io.kubejar.api.core.v1.Toleration;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// New nodes take no pods before they are ready, and pods stay five minutes on nodes that fail.
public final class NodeTaints implements AdmissionPlugin {
  private static final String NOT_READY = "node.kubernetes.io/not-ready";
  private static final String UNREACHABLE = "node.kubernetes.io/unreachable";
  private static final long TOLERATED_SECONDS = 300;

  @Override
  public @Nullable KubernetesObject mutate(AdmissionRequest request) {
    return switch (request.object()) {
      case Node node when request.is(Operation.CREATE) && request.concerns("nodes") ->
          tainted(node);
      case Pod pod when request.is(Operation.CREATE) && request.concerns("pods") ->
          tolerating(tolerating(pod, NOT_READY), UNREACHABLE);
      case null, default -> request.object();
    };
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

  private static Pod tolerating(Pod pod, String key) {
    boolean does =
        pod.spec().tolerations().stream()
            .anyMatch(
                it ->
                    (it.key().equals(key) || it.key().isEmpty())
                        && (it.effect().equals("NoExecute") || it.effect().isEmpty()));
    if (does) {
      return pod;
    }
    var tolerations = new ArrayList<>(pod.spec().tolerations());
    tolerations.add(
        Toleration.EMPTY
            .withKey(key)
            .withOperator("Exists")
            .withEffect("NoExecute")
            .withTolerationSeconds(TOLERATED_SECONDS));
    return pod.withSpec(pod.spec().withTolerations(tolerations));
  }
}
