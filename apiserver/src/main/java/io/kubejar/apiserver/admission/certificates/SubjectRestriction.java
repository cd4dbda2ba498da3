package io.kubejar.apiserver.admission.certificates;

import io.kubejar.api.certificates.v1.CertificateSigningRequest;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;

/// Nobody becomes an unlimited administrator by a certificate that was asked for.
public final class SubjectRestriction implements AdmissionPlugin {
  private static final String SIGNER = "kubernetes.io/kube-apiserver-client";
  private static final String MASTERS = "system:masters";

  @Override
  public void validate(AdmissionRequest request) {
    if (!request.is(Operation.CREATE)
        || !request.subresource().isEmpty()
        || !(request.object() instanceof CertificateSigningRequest wanted)
        || !wanted.spec().signerName().equals(SIGNER)) {
      return;
    }
    try {
      if (RequestedSubject.organizations(wanted.spec().request().utf8()).contains(MASTERS)) {
        throw request.forbidden(
            "use of " + SIGNER + " signer with " + MASTERS + " group is not allowed");
      }
    } catch (IllegalArgumentException malformed) {
      throw request.forbidden("failed to parse CSR: " + malformed.getMessage());
    }
  }
}
