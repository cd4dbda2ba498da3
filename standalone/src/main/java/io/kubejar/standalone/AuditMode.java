package io.kubejar.standalone;

import io.kubejar.apimachinery.format.GoDuration;
import io.kubejar.apiserver.audit.AuditDelivery.Retries;
import io.kubejar.apiserver.audit.AuditSink;
import io.kubejar.apiserver.audit.BufferedAudit;
import io.kubejar.apiserver.audit.TruncatedAudit;
import java.util.List;

/// How events get to where they are recorded, as kube-apiserver's options say it for a log and for
/// a webhook.
///
/// @param plugin `log` or `webhook`
/// @param patience a duration in Go's form
record AuditMode(
    String plugin,
    String mode,
    int bufferSize,
    int batchSize,
    String patience,
    boolean throttled,
    double perSecond,
    int burst,
    boolean truncated,
    long batchBytes,
    long eventBytes,
    String version) {
  private static final String BATCH = "batch";
  private static final String BLOCKING = "blocking";
  private static final List<String> ALL = List.of(BATCH, BLOCKING, "blocking-strict");

  void check() {
    refuseUnless(
        ALL.contains(mode),
        "invalid audit "
            + plugin
            + " mode "
            + mode
            + ", allowed modes are \""
            + String.join(",", ALL)
            + "\"");
    if (isBatch()) {
      checkBatch();
    }
    var invalid = "invalid audit truncate " + plugin + " max ";
    refuseUnless(
        eventBytes > 0, invalid + "event size " + eventBytes + ", must be a positive number");
    refuseUnless(
        batchBytes >= eventBytes,
        invalid
            + "batch size "
            + batchBytes
            + ", must be greater than max event size ("
            + eventBytes
            + ")");
    refuseUnless(
        version.equals("audit.k8s.io/v1"),
        "invalid group version, allowed versions are [\"audit.k8s.io/v1\"]");
  }

  private void checkBatch() {
    refuseUnlessPositive("buffer size", bufferSize);
    refuseUnlessPositive("max batch size", batchSize);
    if (throttled) {
      refuseUnlessPositive("throttle QPS", perSecond);
      refuseUnlessPositive("throttle burst", burst);
    }
    try {
      GoDuration.parse(patience);
    } catch (IllegalArgumentException malformed) {
      throw CommandFailure.usage(
          "--audit-" + plugin + "-batch-max-wait: " + malformed.getMessage());
    }
  }

  private void refuseUnlessPositive(String what, Number value) {
    refuseUnless(
        value.doubleValue() > 0,
        "invalid audit batch " + plugin + " " + what + " " + value + ", must be a positive number");
  }

  private static void refuseUnless(boolean good, String complaint) {
    if (!good) {
      throw CommandFailure.usage(complaint);
    }
  }

  boolean isBatch() {
    return mode.equals(BATCH);
  }

  BufferedAudit.Bounds bounds(Retries retries) {
    return new BufferedAudit.Bounds(
        bufferSize,
        batchSize,
        GoDuration.parse(patience),
        throttled ? perSecond : 0,
        burst,
        retries);
  }

  /// The sink as the other options want it.
  ///
  /// @param sink tells the truth about failures
  AuditSink around(AuditSink sink) {
    var answering = mode.equals(BLOCKING) ? sink.forgiving() : sink;
    return truncated ? new TruncatedAudit(answering, eventBytes) : answering;
  }
}
