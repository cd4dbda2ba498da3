package io.kubejar.apiserver.admission;

import io.kubejar.api.core.v1.Service;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import java.util.List;

/// Services may claim no addresses outside of the cluster, but keep those that they have.
public final class ExternalAddresses implements AdmissionPlugin {
  @Override
  public void validate(AdmissionRequest request) {
    boolean written = request.is(Operation.CREATE) || request.is(Operation.UPDATE);
    if (!written || !request.concerns("services") || !(request.object() instanceof Service now)) {
      return;
    }
    List<String> before =
        request.old() instanceof Service old ? old.spec().externalIPs() : List.of();
    if (!before.containsAll(now.spec().externalIPs())) {
      throw request.forbidden("Use of external IPs is denied by admission control");
    }
  }
}
