package io.kubejar.standalone;

import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apiserver.ApiServerOptions;
import io.kubejar.apiserver.ApiServerOptions.Auditing;
import io.kubejar.apiserver.audit.AuditLog;
import io.kubejar.apiserver.audit.AuditSink;
import io.kubejar.apiserver.audit.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/// What is recorded of requests, and where. The names of the options are those of kube-apiserver;
/// as there, nothing is recorded unless both a policy and a place are named.
final class AuditChoice {
  private static final Logger log = LoggerFactory.getLogger(AuditChoice.class);
  private static final Path STANDARD_OUTPUT = Path.of("-");
  private static final int MEGABYTE_BITS = 20;

  @Option(
      names = "--audit-policy-file",
      paramLabel = "FILE",
      description = "a Policy of audit.k8s.io/v1: which requests are recorded")
  private @Nullable Path policyFile;

  @Option(
      names = "--audit-log-path",
      paramLabel = "FILE",
      description = "where requests are recorded; - is standard output")
  private @Nullable Path logFile;

  @Option(
      names = "--audit-log-maxsize",
      paramLabel = "MB",
      description = "how large the file gets before a new one begins (default: 100)")
  private int maxSizeMb;

  @Option(
      names = "--audit-log-maxbackup",
      paramLabel = "COUNT",
      description = "how many old files are kept (default: all)")
  private int maxBackups;

  @Option(
      names = "--audit-log-maxage",
      paramLabel = "DAYS",
      description = "how long old files are kept (default: for ever)")
  private int maxAgeDays;

  void check() {
    notNegative("--audit-log-maxsize", maxSizeMb);
    notNegative("--audit-log-maxbackup", maxBackups);
    notNegative("--audit-log-maxage", maxAgeDays);
    if (policyFile != null) {
      policy(policyFile);
    }
  }

  ApiServerOptions apply(ApiServerOptions options) {
    if (policyFile == null || logFile == null) {
      if (policyFile != null || logFile != null) {
        log.warn("Nothing is audited: it takes --audit-policy-file and --audit-log-path.");
      }
      return options;
    }
    return options.withAuditing(new Auditing(policy(policyFile), sink(logFile, options.clock())));
  }

  private AuditSink sink(Path file, InstantSource clock) {
    if (file.equals(STANDARD_OUTPUT)) {
      return AuditChoice::print;
    }
    try {
      return new AuditLog(file, bounds(), clock);
    } catch (IOException unwritable) {
      throw CommandFailure.because("cannot write " + file + ": " + unwritable);
    }
  }

  private AuditLog.Bounds bounds() {
    long bytes =
        maxSizeMb == 0 ? AuditLog.Bounds.DEFAULT.fileBytes() : (long) maxSizeMb << MEGABYTE_BITS;
    return new AuditLog.Bounds(bytes, maxBackups, Duration.ofDays(maxAgeDays));
  }

  private static boolean print(JsonObject event) {
    System.out.println(JsonPrinter.print(event));
    return true;
  }

  private static Policy policy(Path file) {
    try {
      return Policy.parse(Files.readString(file));
    } catch (IOException unreadable) {
      throw CommandFailure.because("cannot read " + file + ": " + unreadable);
    } catch (IllegalArgumentException | JsonFormatException unusable) {
      throw CommandFailure.because(
          "failed loading audit policy " + file + ": " + unusable.getMessage());
    }
  }

  private static void notNegative(String option, int value) {
    if (value < 0) {
      throw CommandFailure.usage(option + " " + value + " can't be a negative number");
    }
  }
}
