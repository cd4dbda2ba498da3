package io.kubejar.apiserver.admission.certificates;

import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.authz.Attributes;
import io.kubejar.apiserver.authz.Authorizer;

/// Asks whether somebody may act for a signer, or for all signers of its domain.
record SignerAccess(Authorizer authorizer) {
  /// @param verb such as `approve`
  boolean allows(AdmissionRequest request, String verb, String signer) {
    int slash = signer.indexOf('/');
    var domain = (slash < 0 ? signer : signer.substring(0, slash)) + "/*";
    return allowed(request, verb, signer) || allowed(request, verb, domain);
  }

  private boolean allowed(AdmissionRequest request, String verb, String name) {
    var attributes =
        new Attributes(
            request.call().user(),
            verb,
            "",
            "certificates.k8s.io",
            "*",
            "signers",
            "",
            name,
            true,
            "");
    return authorizer.authorize(attributes).allowed();
  }
}
