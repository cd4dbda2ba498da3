package io.kubejar.apiserver.request;

import static io.kubejar.apimachinery.GoText.quoted;

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
    var what = plain(message(attributes));
    var why = reason.isEmpty() ? what : what + ": " + reason;
    return ApiException.forbidden(resource, attributes.name(), why);
  }

  private static String message(Attributes attributes) {
    var who = "User " + quoted(attributes.user().name()) + " cannot " + attributes.verb();
    if (!attributes.resourceRequest()) {
      return who + " path " + quoted(attributes.path());
    }
    var namespace = attributes.namespace();
    return who
        + " resource "
        + quoted(attributes.resourceWithSubresource())
        + " in API group "
        + quoted(attributes.apiGroup())
        + (namespace.isEmpty()
            ? " at the cluster scope"
            : " in the namespace " + quoted(namespace));
  }

  /// A failure that is nobody's fault but the server's, answered as plain text.
  public static Response internalError(Request request, String why) {
    var exchange = request.exchange();
    var query = exchange.rawQuery().isEmpty() ? "" : "?" + exchange.rawQuery();
    var uri = quoted(exchange.rawPath() + query);
    return Response.text(500, plain("Internal Server Error: " + uri + ": " + why) + "\n");
  }

  /// Nothing that a browser could take for HTML.
  private static String plain(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
