package io.kubejar.client;

import io.kubejar.api.core.v1.Event;
import io.kubejar.api.core.v1.ObjectReference;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ObjectKey;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apimachinery.time.Steppable;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes events in the background, one request a step, after an [EventCorrelator] has merged those
/// that repeat.
public final class RecordedEvents implements EventRecorder, Steppable {
  static final int WAITING_MAX = 1000;
  static final int TRIES_MAX = 12;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(10);
  private static final Logger log = LoggerFactory.getLogger(RecordedEvents.class);

  private final Client client;
  private final Clock clock;
  private final String component;
  private final BlockingQueue<Event> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final EventCorrelator correlator;
  private final List<Runnable> wakeUps = new CopyOnWriteArrayList<>();

  // Only the stepping thread touches these.
  private @Nullable Event unwritten;
  private int tries;
  private volatile boolean paused;

  public RecordedEvents(Client client, Clock clock, String component, String host) {
    this.client = client;
    this.clock = clock;
    this.component = component;
    correlator = new EventCorrelator(clock, component, host);
  }

  @Override
  public void event(KubernetesObject about, String type, String reason, String message) {
    event(about, "", type, reason, message);
  }

  @Override
  public void event(
      KubernetesObject about, String fieldPath, String type, String reason, String message) {
    var event =
        Event.builder()
            .involvedObject(reference(about, fieldPath))
            .type(type)
            .reason(reason)
            .message(message)
            .firstTimestamp(clock.instant())
            .build();
    if (!waiting.offer(event)) {
      log.warn("Event dropped, too many wait. component={} event={}", component, text(event));
      return;
    }
    wakeUps.forEach(Runnable::run);
  }

  @Override
  public void onWork(Runnable wakeUp) {
    wakeUps.add(wakeUp);
  }

  @Override
  public boolean step() throws InterruptedException {
    if (paused) {
      return false;
    }
    var event = unwritten != null ? unwritten : next();
    if (event == null) {
      return false;
    }
    try {
      correlator.written(event, write(event));
      unwritten = null;
      tries = 0;
    } catch (ApiException refused) {
      onRefused(event, refused);
    }
    return true;
  }

  private @Nullable Event next() {
    for (var raw = waiting.poll(); raw != null; raw = waiting.poll()) {
      var merged = correlator.correlate(raw);
      if (merged.isPresent()) {
        return merged.get();
      }
      log.debug("Event dropped, too many alike. component={} event={}", component, text(raw));
    }
    return null;
  }

  private Event write(Event event) throws InterruptedException {
    if (event.count() > 1) {
      try {
        return client.patch(Event.RESOURCE, ObjectKey.of(event), countUp(event));
      } catch (ApiException refused) {
        if (!refused.isNotFound()) {
          throw refused;
        }
        // It has expired meanwhile: made anew below.
      }
    }
    var fresh = event.withMetadata(event.metadata().withResourceVersion("").withUid(""));
    try {
      return client.create(Event.RESOURCE, fresh);
    } catch (ApiException refused) {
      if (!refused.isAlreadyExists()) {
        throw refused;
      }
      // The name is made of the time: another recorder wrote in the same moment.
      return client.create(
          Event.RESOURCE, fresh.withMetadata(correlator.newMetadata(fresh, clock.instant())));
    }
  }

  private static Patch countUp(Event event) {
    var fields = new LinkedHashMap<String, io.kubejar.apimachinery.json.JsonValue>();
    fields.put("count", JsonNumber.of(event.count()));
    var whole = Objects.requireNonNull(event.lastTimestamp()).getEpochSecond();
    fields.put("lastTimestamp", new JsonString(java.time.Instant.ofEpochSecond(whole).toString()));
    fields.put("message", new JsonString(event.message()));
    return Patch.strategic(JsonPrinter.print(new JsonObject(fields)));
  }

  private void onRefused(Event event, ApiException refused) {
    boolean unreachable = refused.code() == 503 || refused.isTooManyRequests();
    if (unreachable && ++tries < TRIES_MAX) {
      unwritten = event;
      paused = true;
      clock.schedule(RETRY_AFTER, this::resume);
      return;
    }
    unwritten = null;
    tries = 0;
    // Usual while a namespace goes away.
    log.info(
        "Event not written. component={} event={} why={}",
        component,
        text(event),
        refused.getMessage());
  }

  private void resume() {
    paused = false;
    wakeUps.forEach(Runnable::run);
  }

  private static ObjectReference reference(KubernetesObject about, String fieldPath) {
    var metadata = about.metadata();
    return ObjectReference.builder()
        .apiVersion(about.apiVersion())
        .kind(about.kind())
        .namespace(metadata.namespace())
        .name(metadata.name())
        .uid(metadata.uid())
        .resourceVersion(metadata.resourceVersion())
        .fieldPath(fieldPath)
        .build();
  }

  private static String text(Event event) {
    var about = event.involvedObject();
    return "%s %s %s/%s %s"
        .formatted(event.reason(), about.kind(), about.namespace(), about.name(), event.message());
  }
}
