package io.kubejar.apiserver.admission.limits;

import io.kubejar.api.core.v1.Event;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apiserver.admission.AdmissionPlugin;
import io.kubejar.apiserver.admission.AdmissionRequest;
import io.kubejar.apiserver.admission.AdmissionRequest.Operation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/// How many events may be written in a time: at all, per namespace, per user, or per source and
/// object.
public final class EventRates implements AdmissionPlugin {
  private static final int RETRY_SECONDS = 1;

  /// What shares one allowance.
  public enum Scope {
    SERVER("Server"),
    NAMESPACE("Namespace"),
    USER("User"),
    SOURCE_AND_OBJECT("SourceAndObject");

    private final String text;

    Scope(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /// @param perSecond how many come anew in a second
  /// @param burst how many can be saved up
  /// @param kept of how many sharers the allowance is remembered; the one that wrote longest ago is
  ///   forgotten first
  public record Limit(Scope scope, long perSecond, long burst, int kept) {
    public static final int USUALLY_KEPT = 4096;
  }

  private final List<Bucket> buckets;
  private final InstantSource clock;

  public EventRates(List<Limit> limits, InstantSource clock) {
    this.clock = clock;
    buckets = limits.stream().map(Bucket::new).toList();
  }

  /// Each limit is charged, even if another refuses.
  @Override
  public void validate(AdmissionRequest request) {
    boolean written = request.is(Operation.CREATE) || request.is(Operation.UPDATE);
    boolean ofCore = request.call().version().isEmpty() || request.call().version().equals("v1");
    if (!written || !ofCore || !request.concerns("events") || request.call().dryRun()) {
      return;
    }
    var refusals = new LinkedHashSet<String>();
    for (var bucket : buckets) {
      var key = key(bucket.limit.scope(), request);
      if (!bucket.take(key, clock.instant())) {
        refusals.add(
            "Too many requests: limit reached on type " + bucket.limit.scope() + " for key " + key);
      }
    }
    if (!refusals.isEmpty()) {
      var all = String.join(", ", refusals);
      throw ApiException.tooManyRequests(
          "Too many requests: " + (refusals.size() == 1 ? all : "[" + all + "]"), RETRY_SECONDS);
    }
  }

  private static String key(Scope scope, AdmissionRequest request) {
    return switch (scope) {
      case SERVER -> "";
      case NAMESPACE -> request.namespace();
      case USER -> request.call().user().name();
      case SOURCE_AND_OBJECT -> request.object() instanceof Event event ? source(event) : "";
    };
  }

  private static String source(Event event) {
    var object = event.involvedObject();
    return event.source().component()
        + event.source().host()
        + object.kind()
        + object.namespace()
        + object.name()
        + object.uid()
        + object.apiVersion();
  }

  /// The allowances of one limit.
  private static final class Bucket {
    private final Limit limit;
    private final Map<String, Allowance> byKey =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Allowance> eldest) {
            return size() > limit.kept();
          }
        };

    private record Allowance(double left, Instant since) {}

    Bucket(Limit limit) {
      this.limit = limit;
    }

    synchronized boolean take(String key, Instant now) {
      var known = byKey.get(key);
      double left = limit.burst();
      if (known != null) {
        double seconds = Duration.between(known.since(), now).toNanos() / 1e9;
        left = Math.min(left, known.left() + Math.max(0, seconds) * limit.perSecond());
      }
      boolean granted = left >= 1;
      byKey.put(key, new Allowance(granted ? left - 1 : left, now));
      return granted;
    }
  }
}
