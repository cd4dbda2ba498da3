package io.kubejar.standalone;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apiserver.audit.AuditDelivery;
import io.kubejar.apiserver.audit.AuditFormat;
import io.kubejar.apiserver.audit.AuditLog;
import io.kubejar.apiserver.audit.AuditSink;
import io.kubejar.apiserver.audit.BufferedAudit;
import io.kubejar.apiserver.audit.TruncatedAudit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where requests are recorded in a file, and how.
final class AuditLogChoice {
  private static final Path STANDARD_OUTPUT = Path.of("-");
  private static final int MEGABYTE_BITS = 20;
  private static final Set<String> FORMATS = Set.of("legacy", "json");

  @Option(
      names = "--audit-log-path",
      paramLabel = "FILE",
      description = "where requests are recorded; - is standard output")
  private @Nullable Path file;

  @Option(
      names = "--audit-log-format",
      paramLabel = "FORMAT",
      description = "json, or legacy for a short text (default: json)")
  private String format = "json";

  @Option(
      names = "--audit-log-maxsize",
      paramLabel = "MB",
      description = "how large the file gets before a new one begins; 0: no bound (default: 100)")
  private int maxSizeMb = 100;

  @Option(
      names = "--audit-log-maxbackup",
      paramLabel = "COUNT",
      description = "how many old files are kept; 0: all (default: 100)")
  private int maxBackups = 100;

  @Option(
      names = "--audit-log-maxage",
      paramLabel = "DAYS",
      description = "how long old files are kept; 0: for ever (default: 366)")
  private int maxAgeDays = 366;

  @Option(
      names = "--audit-log-mode",
      paramLabel = "MODE",
      description = "batch, blocking or blocking-strict (default: blocking)")
  private String mode = "blocking";

  @Option(
      names = "--audit-log-batch-buffer-size",
      paramLabel = "COUNT",
      description = "events that may wait, in mode batch (default: 10000)")
  private int bufferSize = 10_000;

  @Option(
      names = "--audit-log-batch-max-size",
      paramLabel = "COUNT",
      description = "events in one batch (default: 1)")
  private int batchSize = 1;

  @Option(
      names = "--audit-log-batch-max-wait",
      paramLabel = "DURATION",
      description = "how long an event waits for others (default: 0s)")
  private String patience = "0s";

  @Option(
      names = "--audit-log-batch-throttle-enable",
      paramLabel = "BOOL",
      arity = "0..1",
      fallbackValue = "true",
      description = "send batches no faster than the next two say (default: false)")
  private boolean throttled = false;

  @Option(
      names = "--audit-log-batch-throttle-qps",
      paramLabel = "RATE",
      description = "batches a second in the long run (default: 0)")
  private double perSecond = 0;

  @Option(
      names = "--audit-log-batch-throttle-burst",
      paramLabel = "COUNT",
      description = "batches at once after a rest (default: 0)")
  private int burst = 0;

  @Option(
      names = "--audit-log-truncate-enabled",
      paramLabel = "BOOL",
      arity = "0..1",
      fallbackValue = "true",
      description = "leave objects out of events that are too large")
  private boolean truncated = false;

  @Option(
      names = "--audit-log-truncate-max-batch-size",
      paramLabel = "BYTES",
      description = "the largest batch (default: 10485760)")
  private long batchBytes = 10 << 20;

  @Option(
      names = "--audit-log-truncate-max-event-size",
      paramLabel = "BYTES",
      description = "the largest event (default: 102400)")
  private long eventBytes = TruncatedAudit.EVENT_BYTES_MAX;

  @Option(
      names = "--audit-log-version",
      paramLabel = "VERSION",
      description = "of the events (default: audit.k8s.io/v1)")
  private String version = "audit.k8s.io/v1";

  boolean isChosen() {
    return file != null;
  }

  void check() {
    notNegative("--audit-log-maxsize", maxSizeMb);
    notNegative("--audit-log-maxbackup", maxBackups);
    notNegative("--audit-log-maxage", maxAgeDays);
    how().check();
    if (!FORMATS.contains(format)) {
      throw CommandFailure.usage(
          "invalid audit log format " + format + ", allowed formats are \"legacy,json\"");
    }
  }

  Optional<AuditSink> sink(Clock clock, RandomGenerator random) {
    if (file == null) {
      return Optional.empty();
    }
    var lines = AuditFormat.valueOf(format.toUpperCase(Locale.ROOT));
    var written = file.equals(STANDARD_OUTPUT) ? printed(lines) : log(file, lines, clock);
    var sink =
        how().isBatch()
            ? new BufferedAudit(
                AuditDelivery.to("log", written),
                clock,
                random,
                how().bounds(AuditDelivery.Retries.NONE))
            : written;
    return Optional.of(how().around(sink));
  }

  private static AuditSink printed(AuditFormat lines) {
    return event -> {
      System.out.println(lines.line(event));
      return true;
    };
  }

  private AuditLog log(Path file, AuditFormat lines, Clock clock) {
    var bounds =
        new AuditLog.Bounds(
            (long) maxSizeMb << MEGABYTE_BITS, maxBackups, Duration.ofDays(maxAgeDays));
    try {
      return new AuditLog(file, lines, bounds, clock);
    } catch (IOException unwritable) {
      throw CommandFailure.because("cannot write " + file + ": " + unwritable);
    }
  }

  private static void notNegative(String option, int value) {
    if (value < 0) {
      throw CommandFailure.usage(option + " " + value + " can't be a negative number");
    }
  }

  private AuditMode how() {
    return new AuditMode(
        "log",
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
