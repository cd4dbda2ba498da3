package io.kubejar.standalone;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.format.GoDuration;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apiserver.audit.AuditDelivery.Retries;
import io.kubejar.apiserver.audit.AuditSink;
import io.kubejar.apiserver.audit.AuditWebhook;
import io.kubejar.apiserver.audit.BlockingAudit;
import io.kubejar.apiserver.audit.BufferedAudit;
import io.kubejar.apiserver.audit.TruncatedAudit;
import io.kubejar.apiserver.webhook.WebhookClient;
import io.kubejar.apiserver.webhook.WebhookKubeconfig;
import java.nio.file.Path;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// To whom records of requests are sent, and how.
final class AuditWebhookChoice {
  @Option(
      names = "--audit-webhook-config-file",
      paramLabel = "FILE",
      description = "a kubeconfig that says to whom records of requests are sent")
  private @Nullable Path config;

  @Option(
      names = {"--audit-webhook-initial-backoff", "--audit-webhook-batch-initial-backoff"},
      paramLabel = "DURATION",
      description = "the time before the second attempt (default: 10s)")
  private String backOff = "10s";

  @Option(
      names = "--audit-webhook-mode",
      paramLabel = "MODE",
      description = "batch, blocking or blocking-strict (default: batch)")
  private String mode = "batch";

  @Option(
      names = "--audit-webhook-batch-buffer-size",
      paramLabel = "COUNT",
      description = "events that may wait, in mode batch (default: 10000)")
  private int bufferSize = 10_000;

  @Option(
      names = "--audit-webhook-batch-max-size",
      paramLabel = "COUNT",
      description = "events in one batch (default: 400)")
  private int batchSize = 400;

  @Option(
      names = "--audit-webhook-batch-max-wait",
      paramLabel = "DURATION",
      description = "how long an event waits for others (default: 30s)")
  private String patience = "30s";

  @Option(
      names = "--audit-webhook-batch-throttle-enable",
      paramLabel = "BOOL",
      arity = "0..1",
      fallbackValue = "true",
      description = "send batches no faster than the next two say (default: true)")
  private boolean throttled = true;

  @Option(
      names = "--audit-webhook-batch-throttle-qps",
      paramLabel = "RATE",
      description = "batches a second in the long run (default: 10)")
  private double perSecond = 10;

  @Option(
      names = "--audit-webhook-batch-throttle-burst",
      paramLabel = "COUNT",
      description = "batches at once after a rest (default: 15)")
  private int burst = 15;

  @Option(
      names = "--audit-webhook-truncate-enabled",
      paramLabel = "BOOL",
      arity = "0..1",
      fallbackValue = "true",
      description = "leave objects out of events that are too large")
  private boolean truncated = false;

  @Option(
      names = "--audit-webhook-truncate-max-batch-size",
      paramLabel = "BYTES",
      description = "the largest batch (default: 10485760)")
  private long batchBytes = 10 << 20;

  @Option(
      names = "--audit-webhook-truncate-max-event-size",
      paramLabel = "BYTES",
      description = "the largest event (default: 102400)")
  private long eventBytes = TruncatedAudit.EVENT_BYTES_MAX;

  @Option(
      names = "--audit-webhook-version",
      paramLabel = "VERSION",
      description = "of the events (default: audit.k8s.io/v1)")
  private String version = "audit.k8s.io/v1";

  boolean isChosen() {
    return config != null;
  }

  void check() {
    how().check();
    var _ = retries();
    if (config != null) {
      WebhookKubeconfig.target(config);
    }
  }

  Optional<AuditSink> sink(Clock clock, RandomGenerator random) {
    if (config == null) {
      return Optional.empty();
    }
    var client =
        new WebhookClient(
            (_, _, _) -> {
              throw ApiException.serviceUnavailable("a kubeconfig names no Service");
            },
            clock);
    var webhook = new AuditWebhook(WebhookKubeconfig.target(config), client);
    var sink =
        how().isBatch()
            ? new BufferedAudit(webhook, clock, random, how().bounds(retries()))
            : new BlockingAudit(webhook, clock, random, retries());
    return Optional.of(how().around(sink));
  }

  private Retries retries() {
    try {
      return new Retries(Retries.DEFAULT.attempts(), GoDuration.parse(backOff));
    } catch (IllegalArgumentException malformed) {
      throw CommandFailure.usage("--audit-webhook-initial-backoff: " + malformed.getMessage());
    }
  }

  private AuditMode how() {
    return new AuditMode(
        "webhook",
        mode,
        bufferSize,
        batchSize,
        patience,
        throttled,
        perSecond,
        burst,
        truncated,
        batchBytes,
        eventBytes,
        version);
  }
}
