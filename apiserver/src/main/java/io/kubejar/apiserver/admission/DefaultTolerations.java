package io.kubejar.apiserver.admission;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.api.core.v1.Toleration;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// Pods stay five minutes on nodes that fail, unless they say otherwise.
public final class DefaultTolerations implements AdmissionPlugin {
  private static final String NOT_READY = "node.kubernetes.io/not-ready";
  private static final String UNREACHABLE = "node.kubernetes.io/unreachable";
  private static final long TOLERATED_SECONDS = 300;

  @Override
  public @Nullable KubernetesObject mutate(AdmissionRequest request) {
    boolean written = request.is(Operation.CREATE) || request.is(Operation.UPDATE);
    return written && request.concerns("pods") && request.object() instanceof Pod pod
        ? tolerating(tolerating(pod, NOT_READY), UNREACHABLE)
        : request.object();
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
