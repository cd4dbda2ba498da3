package io.kubejar.apiserver.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Set;

/// Who came in, and what they were allowed to do.
public final class AccessMetrics {
  /// Users who are counted by their names; all others are kinds of users, to keep the number of
  /// series small and names out of metrics.
  private static final Set<String> NAMED =
      Set.of(
          "admin", "client", "kube_proxy", "kubelet", "system:serviceaccount:kube-system:default");

  private static final double FIRST_BOUND = 0.001;
  private static final int BOUNDS = 15;

  /// How long client certificates are still good for, in seconds: from now to a year.
  private static final double[] LIFETIMES = {
    0, 1800, 3600, 7200, 21600, 43200, 86400, 172800, 345600, 604800, 2592000, 7776000, 15552000,
    31104000
  };

  private final Counter users;
  private final Counter attempts;
  private final Counter authorizations;
  private final Histogram authenticationTimes;
  private final Histogram authorizationTimes;
  private final Histogram lifetimes;

  public AccessMetrics(PrometheusRegistry registry) {
    users =
        Counter.builder()
            .name("authenticated_user_requests")
            .help("Requests of known users, by kind of user name")
            .labelNames("username")
            .register(registry);
    attempts =
        Counter.builder()
            .name("authentication_attempts")
            .help("Requests, by how finding out who asks ended")
            .labelNames("result")
            .register(registry);
    authorizations =
        Counter.builder()
            .name("authorization_attempts_total")
            .help("Requests, by what was decided about them")
            .labelNames("result")
            .register(registry);
    authenticationTimes =
        times("authentication_duration_seconds", "How long finding out who asks took")
            .register(registry);
    authorizationTimes =
        times("authorization_duration_seconds", "How long deciding about a request took")
            .register(registry);
    lifetimes =
        Histogram.builder()
            .name("apiserver_client_certificate_expiration_seconds")
            .help("How long the client certificates of requests are still good for")
            .classicOnly()
            .classicUpperBounds(LIFETIMES)
            .register(registry);
  }

  private static Histogram.Builder times(String name, String help) {
    var bounds = new double[BOUNDS];
    double bound = FIRST_BOUND;
    for (int i = 0; i < BOUNDS; i++) {
      bounds[i] = bound;
      bound *= 2;
    }
    return Histogram.builder()
        .name(name)
        .help(help)
        .labelNames("result")
        .classicOnly()
        .classicUpperBounds(bounds);
  }

  public void authenticated(String user, Duration took) {
    attempts.labelValues("success").inc();
    authenticationTimes.labelValues("success").observe(took.toNanos() / 1e9);
    users.labelValues(kind(user)).inc();
  }

  /// @param refused whether there were credentials, and they were bad
  public void notAuthenticated(boolean refused, Duration took) {
    var result = refused ? "error" : "failure";
    attempts.labelValues(result).inc();
    authenticationTimes.labelValues(result).observe(took.toNanos() / 1e9);
  }

  /// A request came with a certificate that is good for this long.
  public void certificate(Duration left) {
    lifetimes.observe(left.toNanos() / 1e9);
  }

  /// @param result one of upstream's words for decisions
  public void authorized(String result, Duration took) {
    authorizations.labelValues(result).inc();
    authorizationTimes.labelValues(result).observe(took.toNanos() / 1e9);
  }

  private static String kind(String user) {
    if (NAMED.contains(user)) {
      return user;
    }
    return user.contains("@") ? "email_id" : "other";
  }
}
