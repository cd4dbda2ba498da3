package io.kubejar.apiserver.services;

import io.kubejar.api.core.v1.Event;
import io.kubejar.api.core.v1.EventSource;
import io.kubejar.api.core.v1.ObjectReference;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apiserver.request.Call;
import io.kubejar.apiserver.verbs.StoredVerbs;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells of what a repair has found. An event that cannot be written is given up.
final class RepairEvents {
  private static final Logger log = LoggerFactory.getLogger(RepairEvents.class);

  private final String reporter;
  private final StoredVerbs<Event> events;
  private final Call call;
  private final InstantSource clock;

  /// Keeps the names of events apart that are told in the same moment.
  private long told;

  RepairEvents(String reporter, StoredVerbs<Event> events, Call call, InstantSource clock) {
    this.reporter = reporter;
    this.events = events;
    this.call = call;
    this.clock = clock;
    told = reporter.hashCode();
  }

  void warn(KubernetesObject about, String reason, String message) throws InterruptedException {
    var metadata = about.metadata();
    var namespace = metadata.namespace().isEmpty() ? "default" : metadata.namespace();
    log.warn("{} object={}/{} reason={}", message, metadata.namespace(), metadata.name(), reason);
    var now = clock.instant();
    long unique = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano() + told++;
    var event =
        Event.EMPTY
            .withMetadata(
                ObjectMeta.EMPTY
                    .withNamespace(namespace)
                    .withName(metadata.name() + "." + Long.toHexString(unique)))
            .withInvolvedObject(
                ObjectReference.EMPTY
                    .withApiVersion(about.apiVersion())
                    .withKind(about.kind())
                    .withNamespace(metadata.namespace())
                    .withName(metadata.name())
                    .withUid(metadata.uid())
                    .withResourceVersion(metadata.resourceVersion()))
            .withType("Warning")
            .withReason(reason)
            .withMessage(message)
            .withSource(EventSource.EMPTY.withComponent(reporter))
            .withReportingComponent(reporter)
            .withFirstTimestamp(now)
            .withLastTimestamp(now)
            .withCount(1);
    try {
      events.create(call, namespace, event);
    } catch (ApiException refused) {
      log.info("Event not written. reason={} because={}", reason, refused.getMessage());
    }
  }
}
