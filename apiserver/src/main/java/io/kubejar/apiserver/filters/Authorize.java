package io.kubejar.apiserver.filters;

import io.kubejar.apiserver.authz.Authorizer;
import io.kubejar.apiserver.authz.Decision;
import io.kubejar.apiserver.metrics.AccessMetrics;
import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Refusals;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;

/// Answers 403 unless a rule allows the request, and 500 if who could have allowed it failed.
public record Authorize(Authorizer authorizer, AccessMetrics metrics, InstantSource clock)
    implements Filter {
  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    var attributes = request.info().attributes(request.user());
    var begin = clock.instant();
    var decision = authorizer.authorize(attributes);
    metrics.authorized(result(decision), Duration.between(begin, clock.instant()));
    var annotations = request.trail().annotations();
    annotations.add("authorization.k8s.io/decision", decision.allowed() ? "allow" : "forbid");
    annotations.add("authorization.k8s.io/reason", decision.reason());
    if (decision.allowed()) {
      return next.handle(request);
    }
    if (!decision.failure().isEmpty()) {
      return Refusals.internalError(request, decision.failure());
    }
    throw Refusals.forbidden(attributes, decision.reason());
  }

  private static String result(Decision decision) {
    if (!decision.allowed() && !decision.failure().isEmpty()) {
      return "error";
    }
    return switch (decision) {
      case Decision.Allow _ -> "allowed";
      case Decision.Deny _ -> "denied";
      case Decision.NoOpinion _ -> "no-opinion";
    };
  }
}
