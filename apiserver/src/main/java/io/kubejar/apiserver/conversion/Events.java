package io.kubejar.apiserver.conversion;

import io.kubejar.api.core.v1.EventSeries;
import io.kubejar.api.events.v1.Event;
import org.jspecify.annotations.Nullable;

/// Events of `events.k8s.io` are those of the core group under other names.
final class Events {
  private Events() {}

  static io.kubejar.api.core.v1.Event toStored(Event event) {
    return io.kubejar.api.core.v1.Event.builder()
        .metadata(event.metadata())
        .involvedObject(event.regarding())
        .reason(event.reason())
        .message(event.note())
        .source(event.deprecatedSource())
        .firstTimestamp(event.deprecatedFirstTimestamp())
        .lastTimestamp(event.deprecatedLastTimestamp())
        .count(event.deprecatedCount())
        .type(event.type())
        .eventTime(event.eventTime())
        .series(toStored(event.series()))
        .action(event.action())
        .related(event.related())
        .reportingComponent(event.reportingController())
        .reportingInstance(event.reportingInstance())
        .build();
  }

  private static @Nullable EventSeries toStored(
      io.kubejar.api.events.v1.@Nullable EventSeries series) {
    return series == null ? null : new EventSeries(series.count(), series.lastObservedTime());
  }

  static Event fromStored(io.kubejar.api.core.v1.Event event) {
    return Event.builder()
        .metadata(event.metadata())
        .regarding(event.involvedObject())
        .reason(event.reason())
        .note(event.message())
        .deprecatedSource(event.source())
        .deprecatedFirstTimestamp(event.firstTimestamp())
        .deprecatedLastTimestamp(event.lastTimestamp())
        .deprecatedCount(event.count())
        .type(event.type())
        .eventTime(event.eventTime())
        .series(fromStored(event.series()))
        .action(event.action())
        .related(event.related())
        .reportingController(event.reportingComponent())
        .reportingInstance(event.reportingInstance())
        .build();
  }

  private static io.kubejar.api.events.v1.@Nullable EventSeries fromStored(
      @Nullable EventSeries series) {
    return series == null
        ? null
        : new io.kubejar.api.events.v1.EventSeries(series.count(), series.lastObservedTime());
  }
}
