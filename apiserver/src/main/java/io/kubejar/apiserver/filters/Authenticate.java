package io.kubejar.apiserver.filters;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apiserver.authn.Authenticator;
import io.kubejar.apiserver.authn.BearerToken;
import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.metrics.AccessMetrics;
import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Finds out who asks, and answers 401 if that stays unknown.
public record Authenticate(Authenticator authenticator, AccessMetrics metrics, Clock clock)
    implements Filter {
  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    var credentials =
        new Authenticator.Credentials(
            request.exchange().peerCertificates(), request.headers(), request.path());
    var begin = clock.instant();
    var user = inTime(request, credentials);
    var took = Duration.between(begin, clock.instant());
    if (user.isEmpty()) {
      metrics.notAuthenticated(BearerToken.in(request.headers()).isPresent(), took);
      throw ApiException.unauthorized("Unauthorized");
    }
    metrics.authenticated(user.get().name(), took);
    countLifetime(credentials, begin);
    return next.handle(request.withUser(user.get()));
  }

  /// Others may have to be asked. What stands behind has the rest of the time.
  private Optional<UserInfo> inTime(Request request, Authenticator.Credentials credentials) {
    if (!request.deadline().isSet()) {
      return authenticator.authenticate(credentials);
    }
    try (var alarm = new Alarm(clock, request.deadline())) {
      var user = authenticator.authenticate(credentials);
      if (user.isEmpty() && alarm.rang()) {
        throw new TimeUpException(); // Nobody answered who knows.
      }
      return user;
    }
  }

  private void countLifetime(Authenticator.Credentials credentials, Instant now) {
    if (!credentials.certificates().isEmpty()) {
      var end = credentials.certificates().getFirst().getNotAfter().toInstant();
      metrics.certificate(Duration.between(now, end));
    }
  }
}
