package io.kubejar.apiserver.request;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupResource;
import io.kubejar.apiserver.authz.Attributes;
import io.kubejar.apiserver.authz.Authorizer;

/// How an unauthorized request is refused.
public final class Refusals {
  private Refusals() {}

  /// @throws ApiException 403 unless the authorizer allows it
  public static void require(Authorizer authorizer, Attributes attributes) {
    var decision = authorizer.authorize(attributes);
    if (!decision.allowed()) {
      throw forbidden(attributes, decision.reason());
    }
  }

  /// The refusal in upstream's words.
  public static ApiException forbidden(Attributes attributes, String reason) {
    var resource = new GroupResource(attributes.apiGroup(), attributes.resource());
    var why = new StringBuilder("User \"").append(attributes.user().name()).append("\" cannot ");
    if (attributes.resourceRequest()) {
      why.append(attributes.verb())
          .append(" resource \"")
          .append(attributes.resourceWithSubresource())
          .append("\" in API group \"")
          .append(attributes.apiGroup())
          .append('"');
      if (attributes.namespace().isEmpty()) {
        why.append(" at the cluster scope");
      } else {
        why.append(" in the namespace \"").append(attributes.namespace()).append('"');
      }
    } else {
      why.append(attributes.verb()).append(" path \"").append(attributes.path()).append('"');
    }
    if (!reason.isEmpty()) {
      why.append(": ").append(reason);
    }
    return ApiException.forbidden(resource, attributes.name(), why.toString());
  }
}
