package io.kubejar.apiserver.admission;

import io.kubejar.api.core.v1.Namespace;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.registry.Registry;

/// Everything that is written or deleted in a namespace must be in one that exists.
public final class NamespaceExists implements AdmissionPlugin {
  private final Registry<Namespace> namespaces;

  public NamespaceExists(Registry<Namespace> namespaces) {
    this.namespaces = namespaces;
  }

  @Override
  public void validate(AdmissionRequest request) throws InterruptedException {
    var key = ObjectKey.clusterScoped(request.namespace());
    boolean inside = request.type().namespaced() && !request.namespace().isEmpty();
    if (inside && !request.is(Operation.CONNECT) && namespaces.cache().get(key).isEmpty()) {
      namespaces.get(key); // Refuses with what there is to say.
    }
  }
}
