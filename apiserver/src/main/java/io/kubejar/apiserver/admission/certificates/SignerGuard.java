package io.kubejar.apiserver.admission.certificates;

import io.kubejar.api.certificates.v1.CertificateSigningRequest;
import io.kubejar.apimachinery.GoText;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import io.kubejar.apiserver.authz.Authorizer;

/// Lets only those approve or sign a certificate who may do so for its signer. What counts is the
/// signer before the update, so that nobody chooses another one on the way.
public final class SignerGuard implements AdmissionPlugin {
  private final SignerAccess access;
  private final String subresource;
  private final String verb;

  private SignerGuard(Authorizer authorizer, String subresource, String verb) {
    access = new SignerAccess(authorizer);
    this.subresource = subresource;
    this.verb = verb;
  }

  /// Guards the subresource `approval`.
  public static SignerGuard approval(Authorizer authorizer) {
    return new SignerGuard(authorizer, "approval", "approve");
  }

  /// Guards what signers write into the status.
  public static SignerGuard signing(Authorizer authorizer) {
    return new SignerGuard(authorizer, "status", "sign");
  }

  @Override
  public void validate(AdmissionRequest request) {
    if (!request.is(Operation.UPDATE)
        || !request.subresource().equals(subresource)
        || !(request.old() instanceof CertificateSigningRequest before)
        || !(request.object() instanceof CertificateSigningRequest now)) {
      return;
    }
    boolean sameStatus =
        before.status().certificate().equals(now.status().certificate())
            && before.status().conditions().equals(now.status().conditions());
    var signer = before.spec().signerName();
    if ((verb.equals("sign") && sameStatus) || access.allows(request, verb, signer)) {
      return;
    }
    throw request.forbidden(
        "user not permitted to " + verb + " requests with signerName " + GoText.quoted(signer));
  }
}
