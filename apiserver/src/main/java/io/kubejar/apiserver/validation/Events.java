package io.kubejar.apiserver.validation;

import io.kubejar.api.core.v1.Event;
import io.kubejar.apimachinery.Codecs;
import io.kubejar.apimachinery.format.Formats;
import java.util.Objects;

/// Events. Those that come through `events.k8s.io` are checked more strictly: the core group has
/// taken anything for too long.
final class Events {
  private static final int TEXT_MAX = 128;
  private static final int NOTE_MAX = 1024;

  private Events() {}

  /// @param controller what the version at hand calls the field that tells who reports
  static void event(Check root, Event event, String controller) {
    var involved = event.involvedObject().namespace();
    var namespace = event.metadata().namespace();
    if (event.eventTime() == null) {
      boolean agree =
          involved.isEmpty()
              ? namespace.isEmpty() || namespace.equals("default")
              : involved.equals(namespace);
      if (!agree) {
        mismatch(root, involved);
      }
    } else {
      boolean common = namespace.equals("default") || namespace.equals("kube-system");
      if (involved.isEmpty() && !common) {
        mismatch(root, involved);
      }
      modern(root, event, root.at(controller));
    }
    root.at("namespace").format(namespace, Formats::dns1123Subdomain);
  }

  private static void mismatch(Check root, String involved) {
    root.at("involvedObject").at("namespace").invalid(involved, "does not match event.namespace");
  }

  private static void modern(Check root, Event event, Check controller) {
    controller.nonEmpty(event.reportingComponent());
    controller.format(event.reportingComponent(), Formats::labelKey);
    text(root.at("reportingInstance"), event.reportingInstance());
    text(root.at("action"), event.action());
    text(root.at("reason"), event.reason());
    if (MetadataValidation.bytes(event.message()) > NOTE_MAX) {
      root.at("message").invalid("", "can have at most " + NOTE_MAX + " characters");
    }
  }

  private static void text(Check at, String text) {
    at.nonEmpty(text);
    if (MetadataValidation.bytes(text) > TEXT_MAX) {
      at.invalid("", "can have at most " + TEXT_MAX + " characters");
    }
  }

  /// What besides must be right with an event that is made through `events.k8s.io`.
  static void strict(Check root, Event event) {
    series(root, event);
    if (event.eventTime() == null) {
      root.at("eventTime").required("");
    }
    if (!event.type().equals("Normal") && !event.type().equals("Warning")) {
      root.at("type").invalid("", "has invalid value: " + event.type());
    }
    unset(root.at("firstTimestamp"), event.firstTimestamp() == null);
    unset(root.at("lastTimestamp"), event.lastTimestamp() == null);
    unset(root.at("count"), event.count() == 0);
    boolean noSource = event.source().component().isEmpty() && event.source().host().isEmpty();
    unset(root.at("source"), noSource);
  }

  private static void unset(Check at, boolean unset) {
    if (!unset) {
      at.invalid("", "needs to be unset");
    }
  }

  private static void series(Check root, Event event) {
    var series = event.series();
    if (series == null) {
      return;
    }
    if (series.count() < 2) {
      root.at("series.count").invalid("", "should be at least 2");
    }
    if (series.lastObservedTime() == null) {
      root.at("series.lastObservedTime").required("");
    }
  }

  /// Through `events.k8s.io` only the series goes on.
  static void strict(Check root, Event event, Event old) {
    if (!Objects.equals(event.series(), old.series())) {
      series(root, event);
    }
    root.at("involvedObject").immutable(event.involvedObject(), old.involvedObject());
    root.at("reason").immutable(event.reason(), old.reason());
    root.at("message").immutable(event.message(), old.message());
    root.at("source").immutable(event.source(), old.source());
    root.at("firstTimestamp").immutable(event.firstTimestamp(), old.firstTimestamp());
    root.at("lastTimestamp").immutable(event.lastTimestamp(), old.lastTimestamp());
    root.at("count").immutable(event.count(), old.count());
    root.at("reason").immutable(event.reason(), old.reason());
    root.at("type").immutable(event.type(), old.type());
    if (!Objects.equals(event.eventTime(), old.eventTime())) {
      var time = event.eventTime();
      root.at("eventTime")
          .invalid(time == null ? null : Codecs.MICRO_TIME.toTree(time), Check.IMMUTABLE);
    }
    root.at("action").immutable(event.action(), old.action());
    root.at("related").immutable(event.related(), old.related());
    root.at("reportingController").immutable(event.reportingComponent(), old.reportingComponent());
    root.at("reportingInstance").immutable(event.reportingInstance(), old.reportingInstance());
  }
}
