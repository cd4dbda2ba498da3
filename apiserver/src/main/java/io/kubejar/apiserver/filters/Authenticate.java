package io.kubejar.apiserver.filters;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apiserver.authn.Authenticator;
import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import java.io.IOException;

/// Finds out who asks, and answers 401 if that stays unknown.
public record Authenticate(Authenticator authenticator) implements Filter {
  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    var credentials =
        new Authenticator.Credentials(
            request.exchange().peerCertificates(), request.headers(), request.path());
    var user =
        authenticator
            .authenticate(credentials)
            .orElseThrow(() -> ApiException.unauthorized("Unauthorized"));
    return next.handle(request.withUser(user));
  }
}
