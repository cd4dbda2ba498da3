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
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Finds out who asks, and answers 401 if that stays unknown.
public record Authenticate(Authenticator authenticator, AccessMetrics metrics, InstantSource clock)
    implements Filter {
  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    var credentials =
        new Authenticator.Credentials(
            request.exchange().peerCertificates(), request.headers(), request.path());
    var begin = clock.instant();
    var user = authenticator.authenticate(credentials);
    var took = Duration.between(begin, clock.instant());
    if (user.isEmpty()) {
      metrics.notAuthenticated(BearerToken.in(request.headers()).isPresent(), took);
      throw ApiException.unauthorized("Unauthorized");
    }
    metrics.authenticated(user.get().name(), took);
    countLifetime(credentials, begin);
    return next.handle(request.withUser(user.get()));
  }

  private void countLifetime(Authenticator.Credentials credentials, Instant now) {
    if (!credentials.certificates().isEmpty()) {
      var end = credentials.certificates().getFirst().getNotAfter().toInstant();
      metrics.certificate(Duration.between(now, end));
    }
  }
}
