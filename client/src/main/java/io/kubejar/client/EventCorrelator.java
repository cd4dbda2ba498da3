package io.kubejar.client;

import io.kubejar.api.core.v1.Event;
import io.kubejar.api.core.v1.EventSource;
import io.kubejar.api.core.v1.ObjectReference;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import io.kubejar.apimachinery.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Decides what becomes of an event: dropped if its object has too many, counted up if it repeats,
/// merged with others if they differ in nothing but the message. The numbers are upstream's. Not
/// safe for use by several threads.
final class EventCorrelator {
  static final int REMEMBERED_MAX = 4096;
  static final int BURST_PER_OBJECT = 25;
  static final int SIMILAR_MAX = 10;
  static final Duration REFILL_PER_OBJECT = Duration.ofMinutes(5);
  static final Duration SIMILAR_WITHIN = Duration.ofMinutes(10);

  private final Clock clock;
  private final EventSource source;
  private final Map<Object, Bucket> buckets = remembering();
  private final Map<Object, Similar> similar = remembering();
  private final Map<Object, Event> written = remembering();
  private long lastName;

  EventCorrelator(Clock clock, String component, String host) {
    this.clock = clock;
    source = EventSource.builder().component(component).host(host).build();
  }

  /// The event to write, with name and count; empty if it is to be dropped.
  Optional<Event> correlate(Event raw) {
    var now = clock.instant();
    var event = combined(raw, now);
    if (!buckets
        .computeIfAbsent(unversioned(event.involvedObject()), _ -> new Bucket(now))
        .take(now)) {
      return Optional.empty();
    }
    var before = written.get(identity(event));
    var first = before == null ? raw.firstTimestamp() : before.firstTimestamp();
    return Optional.of(
        event.toBuilder()
            .metadata(before == null ? newMetadata(event, now) : before.metadata())
            .source(source)
            .reportingComponent(source.component())
            .reportingInstance(source.host())
            .firstTimestamp(first)
            .lastTimestamp(now)
            .count(before == null ? 1 : before.count() + 1)
            .build());
  }

  /// The server has taken the event, as it now is.
  void written(Event asked, Event stored) {
    written.put(identity(asked), stored);
  }

  private Event combined(Event raw, Instant now) {
    var group = new Group(unversioned(raw.involvedObject()), raw.type(), raw.reason());
    var known = similar.computeIfAbsent(group, _ -> new Similar());
    if (known.last.plus(SIMILAR_WITHIN).isBefore(now)) {
      known.messages.clear();
    }
    known.last = now;
    known.messages.add(raw.message());
    if (known.messages.size() < SIMILAR_MAX) {
      return raw;
    }
    known.messages.remove(raw.message()); // Stays at the limit.
    return raw.withMessage("(combined from similar events): " + raw.message());
  }

  /// Metadata with a name that this recorder has not given yet.
  ObjectMeta newMetadata(Event event, Instant now) {
    var about = event.involvedObject();
    long nanos = now.getEpochSecond() * 1_000_000_000L + now.getNano();
    lastName = Math.max(nanos, lastName + 1); // Two events of one instant need two names.
    return ObjectMeta.EMPTY
        .withName(about.name() + "." + Long.toHexString(lastName))
        .withNamespace(about.namespace().isEmpty() ? "default" : about.namespace());
  }

  /// What two events must share to be one event counted twice. Combined ones differ in their
  /// message.
  private static Object identity(Event event) {
    boolean isCombined = event.message().startsWith("(combined from similar events): ");
    return new Identity(
        unversioned(event.involvedObject()),
        event.type(),
        event.reason(),
        isCombined ? "(combined)" : event.message());
  }

  private static ObjectReference unversioned(ObjectReference about) {
    return about.withResourceVersion("");
  }

  private static <V> Map<Object, V> remembering() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<Object, V> eldest) {
        return size() > REMEMBERED_MAX;
      }
    };
  }

  private record Group(ObjectReference about, String type, String reason) {}

  private record Identity(ObjectReference about, String type, String reason, String message) {}

  private static final class Similar {
    private Instant last = Instant.EPOCH;
    private final Set<String> messages = new HashSet<>();
  }

  /// How many more events an object may have for now.
  private static final class Bucket {
    private double tokens = BURST_PER_OBJECT;
    private Instant refilled;

    Bucket(Instant now) {
      refilled = now;
    }

    boolean take(Instant now) {
      var passed = Duration.between(Objects.requireNonNull(refilled), now);
      double fresh = (double) passed.toMillis() / REFILL_PER_OBJECT.toMillis();
      tokens = Math.min(BURST_PER_OBJECT, tokens + fresh);
      refilled = now;
      if (tokens < 1) {
        return false;
      }
      tokens -= 1;
      return true;
    }
  }
}
