package io.kubejar.standalone;

import io.kubejar.apimachinery.format.GoDuration;
import io.kubejar.apiserver.ApiServerOptions;
import io.kubejar.apiserver.ServingOptions;
import java.time.Duration;
import picocli.CommandLine.Option;

/// How long requests may take, how many there may be, and how the server stops. The names of the
/// options, their bounds and what is said about them are those of kube-apiserver.
final class ServingChoice {
  private static final double GO_AWAY_MAX = 0.02;

  @Option(
      names = "--request-timeout",
      paramLabel = "TIME",
      description = "how long a request may take (default: ${DEFAULT-VALUE})")
  private String requestTimeout = "1m0s";

  @Option(
      names = "--min-request-timeout",
      paramLabel = "SECONDS",
      description =
          "how long a watch without a time of its own goes on at least (default: ${DEFAULT-VALUE})")
  private int minRequestTimeout = 1800;

  @Option(
      names = "--max-requests-inflight",
      paramLabel = "N",
      description = "requests at once, with those of the next option (default: ${DEFAULT-VALUE})")
  private int maxRequests = 400;

  @Option(
      names = "--max-mutating-requests-inflight",
      paramLabel = "N",
      description = "writes at once (default: ${DEFAULT-VALUE})")
  private int maxMutating = 200;

  @Option(
      names = "--enable-priority-and-fairness",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "whether requests wait in fair queues (default: ${DEFAULT-VALUE})")
  private boolean fair = true;

  @Option(
      names = "--goaway-chance",
      paramLabel = "PART",
      description =
          "the part of HTTP/2 requests whose client is asked to connect anew, at most 0.02"
              + " (default: none)")
  private double goAwayChance;

  @Option(
      names = "--livez-grace-period",
      paramLabel = "TIME",
      description = "how long /livez trusts that what has not begun yet will (default: 0s)")
  private String livezGrace = "0s";

  @Option(
      names = "--shutdown-delay-duration",
      paramLabel = "TIME",
      description = "how long requests are served after /readyz began to fail (default: 0s)")
  private String shutdownDelay = "0s";

  @Option(
      names = "--shutdown-send-retry-after",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "tell new requests to come back later while the last ones are answered")
  private boolean retryAfter;

  /// The time for which a server with these options says that it is about to stop.
  Duration delay() {
    return duration("--shutdown-delay-duration", shutdownDelay);
  }

  void check() {
    var _ = options();
    checkCount("--max-requests-inflight", maxRequests);
    checkCount("--max-mutating-requests-inflight", maxMutating);
    checkCount("--min-request-timeout", minRequestTimeout);
    if (!(goAwayChance >= 0 && goAwayChance <= GO_AWAY_MAX)) {
      throw CommandFailure.usage(
          "--goaway-chance can not be less than 0 or greater than " + GO_AWAY_MAX);
    }
    if (fair && maxRequests + maxMutating == 0) {
      throw CommandFailure.usage(
          "invalid configuration: MaxRequestsInFlight=0 and MaxMutatingRequestsInFlight=0; they"
              + " must add up to something positive");
    }
  }

  private static void checkCount(String option, int value) {
    if (value < 0) {
      throw CommandFailure.usage(option + " can not be negative value");
    }
  }

  private static Duration duration(String option, String text) {
    Duration time;
    try {
      time = GoDuration.parse(text);
    } catch (IllegalArgumentException malformed) {
      throw CommandFailure.usage(option + ": " + malformed.getMessage());
    }
    if (time.isNegative()) {
      throw CommandFailure.usage(option + " can not be negative value");
    }
    return time;
  }

  private ServingOptions options() {
    return new ServingOptions(
        duration("--request-timeout", requestTimeout),
        Duration.ofSeconds(minRequestTimeout),
        new ServingOptions.Limits(maxRequests, maxMutating, fair),
        new ServingOptions.Stopping(delay(), retryAfter),
        goAwayChance,
        duration("--livez-grace-period", livezGrace));
  }

  ApiServerOptions apply(ApiServerOptions options) {
    return options.withServing(options());
  }
}
