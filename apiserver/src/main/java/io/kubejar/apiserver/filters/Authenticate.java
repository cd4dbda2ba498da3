package io.kubejar.apiserver.filters;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apiserver.authn.Authenticator;
import io.kubejar.apiserver.authn.BearerToken;
import io.kubejar.apiserver.metrics.AccessMetrics;
import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import java.io.IOException;

/// Finds out who asks, and answers 401 if that stays unknown.
public record Authenticate(Authenticator authenticator, AccessMetrics metrics) implements Filter {
  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    var credentials =
        new Authenticator.Credentials(
            request.exchange().peerCertificates(), request.headers(), request.path());
    var user = authenticator.authenticate(credentials);
    if (user.isEmpty()) {
      metrics.notAuthenticated(BearerToken.in(request.headers()).isPresent());
      throw ApiException.unauthorized("Unauthorized");
    }
    metrics.authenticated(user.get().name());
    return next.handle(request.withUser(user.get()));
  }
}
