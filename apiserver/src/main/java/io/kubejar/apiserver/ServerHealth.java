package io.kubejar.apiserver;

import io.kubejar.apiserver.encryption.Encryption;
import io.kubejar.apiserver.health.HealthChecks;
import io.kubejar.apiserver.health.HealthMetrics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// How far this server is, told by the names of the checks that upstream has: monitors know them.
/// What upstream starts in many hooks after its start happens here in three steps.
final class ServerHealth {
  private static final String HOOK = "poststarthook/";

  /// Done when the caches are filled.
  private static final List<String> CACHES =
      List.of(
          "start-apiserver-admission-initializer",
          "generic-apiserver-start-informers",
          "priority-and-fairness-config-consumer",
          "priority-and-fairness-filter",
          "storage-object-count-tracker-hook",
          "start-apiextensions-informers",
          "start-apiextensions-controllers",
          "crd-informer-synced");

  /// Done when everything is there that each cluster has.
  private static final List<String> BOOTSTRAP =
      List.of(
          "start-system-namespaces-controller",
          "start-cluster-authentication-info-controller",
          "start-kube-apiserver-identity-lease-controller",
          "start-kube-apiserver-identity-lease-garbage-collector",
          "start-legacy-token-tracking-controller",
          "start-service-ip-repair-controllers",
          "rbac/bootstrap-roles",
          "scheduling/bootstrap-system-priority-classes",
          "priority-and-fairness-config-producer",
          "bootstrap-controller",
          "start-kubernetes-service-cidr-controller",
          "aggregator-reload-proxy-client-cert",
          "start-kube-aggregator-informers",
          "apiservice-status-local-available-controller",
          "apiservice-status-remote-available-controller",
          "apiservice-registration-controller",
          "apiservice-discovery-controller",
          "kube-apiserver-autoregistration",
          "apiservice-openapi-controller",
          "apiservice-openapiv3-controller");

  private final HealthMetrics metrics = new HealthMetrics();
  private volatile boolean cachesFilled;
  private volatile boolean bootstrapped;
  private volatile boolean leaving;
  private final InstantSource clock;
  private final Instant patientUntil;

  /// @param grace how long `/livez` believes that what has not begun yet will
  ServerHealth(InstantSource clock, Duration grace) {
    this.clock = clock;
    patientUntil = clock.instant().plus(grace);
  }

  HealthMetrics metrics() {
    return metrics;
  }

  void cachesFilled() {
    cachesFilled = true;
  }

  void bootstrapped() {
    bootstrapped = true;
  }

  /// From now on the server is not ready: nobody shall send it more than it has.
  void leaving() {
    leaving = true;
  }

  /// @param store whether the store is there and followed
  /// @param registered whether all APIServices of this server were seen to
  HealthChecks checks(BooleanSupplier store, BooleanSupplier registered, Encryption encryption) {
    var checks =
        new HealthChecks(metrics)
            .with("ping", Optional::empty)
            .with("log", Optional::empty)
            .with("etcd", () -> unless(store.getAsBoolean(), "the store is lost"))
            .withReadiness(
                "etcd-readiness", () -> unless(store.getAsBoolean(), "the store is lost"))
            .withReadiness(
                "informer-sync", () -> unless(cachesFilled, "informers not started yet"));
    CACHES.forEach(name -> begun(checks, name, () -> cachesFilled));
    BOOTSTRAP.forEach(name -> begun(checks, name, () -> bootstrapped));
    if (encryption.isConfigured()) {
      checks.with("kms-providers", encryption::problem);
    }
    return checks
        .with(
            "autoregister-completion",
            () -> unless(registered.getAsBoolean(), "missing APIService"),
            () -> unless(registered.getAsBoolean() || isPatient(), "missing APIService"))
        .withReadiness("shutdown", () -> unless(!leaving, "process is shutting down"));
  }

  private void begun(HealthChecks checks, String name, BooleanSupplier done) {
    checks.with(
        HOOK + name,
        () -> unless(done.getAsBoolean(), "not finished"),
        () -> unless(done.getAsBoolean() || isPatient(), "not finished"));
  }

  private boolean isPatient() {
    return !clock.instant().isAfter(patientUntil);
  }

  private static Optional<String> unless(boolean good, String problem) {
    return good ? Optional.empty() : Optional.of(problem);
  }
}
