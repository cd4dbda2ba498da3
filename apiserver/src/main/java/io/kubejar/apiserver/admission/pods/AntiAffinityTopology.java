package io.kubejar.apiserver.admission.pods;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;

/// Pods may keep others off their host, and off nothing larger.
public final class AntiAffinityTopology implements AdmissionPlugin {
  private static final String HOST = "kubernetes.io/hostname";

  @Override
  public void validate(AdmissionRequest request) {
    boolean written = request.is(Operation.CREATE) || request.is(Operation.UPDATE);
    if (!written || !request.concerns("pods") || !(request.object() instanceof Pod pod)) {
      return;
    }
    var affinity = pod.spec().affinity();
    var others = affinity == null ? null : affinity.podAntiAffinity();
    if (others == null) {
      return;
    }
    for (var term : others.requiredDuringSchedulingIgnoredDuringExecution()) {
      if (!term.topologyKey().equals(HOST)) {
        throw request.forbidden(
            "affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey "
                + term.topologyKey()
                + " but only key "
                + HOST
                + " is allowed");
      }
    }
  }
}
