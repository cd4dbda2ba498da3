package io.kubejar.apiserver.audit;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.time.Steppable;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands events on that are not too large: from others, the objects are taken out first. What is
/// too large even so is lost.
public final class TruncatedAudit implements AuditSink {
  /// Upstream's bound of an event: 100 kB.
  public static final int EVENT_BYTES_MAX = 100 * 1024;

  private static final Logger log = LoggerFactory.getLogger(TruncatedAudit.class);

  private final AuditSink sink;
  private final long eventBytesMax;
  private volatile Losses losses = (_, _) -> {};

  public TruncatedAudit(AuditSink sink, long eventBytesMax) {
    this.sink = sink;
    this.eventBytesMax = eventBytesMax;
  }

  @Override
  public boolean accept(JsonObject event) {
    if (fits(event)) {
      return sink.accept(event);
    }
    var level = Level.of(event.text("level")).orElse(Level.NONE);
    var small = level.includes(Level.REQUEST) ? truncated(event) : event;
    if (fits(small)) {
      return sink.accept(small);
    }
    log.error("An audit event is too large even after truncating. id={}", event.text("auditID"));
    losses.lost("truncate", 1);
    return true; // As upstream has it: nobody is refused for that.
  }

  private boolean fits(JsonObject event) {
    // A line's end belongs to it.
    return JsonPrinter.printUtf8(event).length + 1 <= eventBytesMax;
  }

  private static JsonObject truncated(JsonObject event) {
    var annotations =
        event.object("annotations").with("audit.k8s.io/truncated", new JsonString("true"));
    return event
        .without("requestObject")
        .without("responseObject")
        .with("annotations", annotations);
  }

  @Override
  public void onLoss(Losses listener) {
    losses = listener;
    sink.onLoss(listener);
  }

  @Override
  public List<Steppable> parts() {
    return sink.parts();
  }

  @Override
  public void close() {
    sink.close();
  }
}
