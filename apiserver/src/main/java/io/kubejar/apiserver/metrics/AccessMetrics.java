package io.kubejar.apiserver.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Set;

/// Who came in, and what they were allowed to do.
public final class AccessMetrics {
  /// Users who are counted by their names; all others are kinds of users, to keep the number of
  /// series small and names out of metrics.
  private static final Set<String> NAMED =
      Set.of(
          "admin", "client", "kube_proxy", "kubelet", "system:serviceaccount:kube-system:default");

  // The names of a library's counters end with _total, and those of upstream's here do not.
  private final Gauge users;
  private final Gauge attempts;
  private final Counter authorizations;

  public AccessMetrics(PrometheusRegistry registry) {
    users =
        Gauge.builder()
            .name("authenticated_user_requests")
            .help("Requests of known users, by kind of user name")
            .labelNames("username")
            .register(registry);
    attempts =
        Gauge.builder()
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
  }

  public void authenticated(String user) {
    attempts.labelValues("success").inc();
    users.labelValues(kind(user)).inc();
  }

  /// @param refused whether there were credentials, and they were bad
  public void notAuthenticated(boolean refused) {
    attempts.labelValues(refused ? "error" : "failure").inc();
  }

  /// @param result one of upstream's words for decisions
  public void authorized(String result) {
    authorizations.labelValues(result).inc();
  }

  private static String kind(String user) {
    if (NAMED.contains(user)) {
      return user;
    }
    return user.contains("@") ? "email_id" : "other";
  }
}
