package io.kubejar.apiserver.audit;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apiserver.request.Request;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;

/// Decides what is recorded, and writes it.
///
/// @param random for the identifiers of requests that bring none
public record Auditor(
    Policy policy,
    AuditSink sink,
    InstantSource clock,
    RandomGenerator random,
    AuditMetrics metrics) {
  static final String ID_HEADER = "Audit-Id";
  private static final int ID_MAX = 64;

  /// Records nothing.
  public static Auditor off(InstantSource clock, RandomGenerator random) {
    var metrics = new AuditMetrics(new PrometheusRegistry()); // Nobody looks at them.
    return new Auditor(new Policy(List.of(), Set.of(), false), _ -> true, clock, random, metrics);
  }

  /// The record of a request; empty if nothing is to be recorded of it.
  Optional<AuditRecord> begin(Request request) {
    var verdict = policy.of(request.user(), request.info());
    metrics.level(verdict.level());
    if (verdict.level() == Level.NONE) {
      return Optional.empty();
    }
    if (verdict.level().includes(Level.REQUEST)) {
      request.trail().keepBody();
    }
    return Optional.of(new AuditRecord(request, verdict, id(request), clock.instant()));
  }

  /// @return false if the event could not be written
  boolean write(AuditRecord record, Stage stage) {
    if (!record.records(stage)) {
      return true;
    }
    metrics.event();
    return sink.accept(record.event(stage, clock.instant()));
  }

  /// Records a request that was refused before anybody asked whose it is.
  public void refused(Request request, ApiException refusal) {
    begin(request)
        .ifPresent(
            record -> {
              record.message(refusal.status().message());
              record.answered(refusal.code());
              write(record, Stage.RESPONSE_STARTED);
            });
  }

  private String id(Request request) {
    var given = request.headers().firstOr(ID_HEADER, "");
    if (given.isEmpty()) {
      return new UUID(random.nextLong(), random.nextLong()).toString();
    }
    return given.length() > ID_MAX ? given.substring(0, ID_MAX) : given;
  }
}
