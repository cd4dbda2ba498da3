package io.kubejar.apiserver;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apiserver.audit.Audit;
import io.kubejar.apiserver.audit.AuditRefusedLogins;
import io.kubejar.apiserver.audit.Auditor;
import io.kubejar.apiserver.authn.Authenticator;
import io.kubejar.apiserver.authz.Authorizer;
import io.kubejar.apiserver.filters.AnswerFailuresAsStatus;
import io.kubejar.apiserver.filters.Authenticate;
import io.kubejar.apiserver.filters.Authorize;
import io.kubejar.apiserver.filters.Compress;
import io.kubejar.apiserver.filters.GoAway;
import io.kubejar.apiserver.filters.Impersonate;
import io.kubejar.apiserver.filters.LimitTime;
import io.kubejar.apiserver.filters.ResolveRequestInfo;
import io.kubejar.apiserver.filters.SetDeadline;
import io.kubejar.apiserver.filters.TakeLeave;
import io.kubejar.apiserver.metrics.AccessMetrics;
import io.kubejar.apiserver.metrics.RequestMetrics;
import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Filters;
import io.kubejar.apiserver.request.Handler;
import java.util.random.RandomGenerator;

/// The order of the stages.
final class RequestPath {
  private RequestPath() {}

  /// What the stages work with.
  record Config(
      Authenticator authenticator,
      Authorizer authorizer,
      Auditor auditor,
      Filter flows,
      TakeLeave leave,
      ServingOptions serving,
      RandomGenerator random,
      Clock clock,
      RequestMetrics metrics,
      AccessMetrics access,
      Filter guest) {}

  /// The way of every request, outermost first. Admission is missing on purpose: it needs the
  /// decoded object, so it lives in the verbs.
  static Handler requestPath(Config config, Handler resources) {
    return Filters.outermostFirst(
            new ResolveRequestInfo(),
            new Compress(),
            new AnswerFailuresAsStatus(),
            config.leave(),
            new GoAway(config.serving().goAwayChance(), config.random()),
            new AuditRefusedLogins(config.auditor()),
            new SetDeadline(
                config.clock(), config.serving().requestTimeout(), config.auditor()::refused),
            new Authenticate(config.authenticator(), config.access(), config.clock()),
            new Audit(config.auditor()),
            new Impersonate(config.authorizer()),
            config.guest(),
            new LimitTime(config.clock(), config.metrics()),
            config.flows(),
            new Authorize(config.authorizer(), config.access(), config.clock()))
        .endingAt(resources);
  }
}
