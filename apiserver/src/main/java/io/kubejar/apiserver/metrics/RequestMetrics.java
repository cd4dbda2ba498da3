package io.kubejar.apiserver.metrics;

import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.RequestInfo;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Predicate;

/// Requests by what they asked for and how they ended. Names, labels and buckets are upstream's.
public final class RequestMetrics {
  private static final double[] DURATIONS = {
    0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30,
    45, 60
  };
  private static final double[] SLI_DURATIONS = {
    0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60
  };
  private static final double[] BEGINNINGS = {
    0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 2, 4, 6, 8, 10, 15, 20, 30, 45, 60
  };
  private static final double[] SIZES = {1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
  private static final String[] LABELS = {
    "verb", "group", "version", "resource", "subresource", "scope", "component"
  };
  private static final String[] WITH_DRY_RUN = {
    "verb", "dry_run", "group", "version", "resource", "subresource", "scope", "component"
  };

  private final Predicate<RequestInfo> served;
  private final Counter requests;
  private final Histogram durations;
  private final Histogram sliDurations;
  private final Histogram beginnings;
  private final Histogram sizes;
  private final Gauge longRunning;
  private final Gauge inFlight;
  private final Counter terminations;
  private final Counter aborts;
  private final Gauge deprecated;
  private final Counter watchEvents;

  /// @param served whether a resource is one of ours: others are counted without their names
  public RequestMetrics(PrometheusRegistry registry, Predicate<RequestInfo> served) {
    this.served = served;
    requests =
        Counter.builder()
            .name("apiserver_request_total")
            .help("Requests, by verb, resource and response code")
            .labelNames(and(WITH_DRY_RUN, "code"))
            .register(registry);
    durations =
        histogram(
                "apiserver_request_duration_seconds",
                "How long requests took, by verb and resource",
                DURATIONS)
            .labelNames(WITH_DRY_RUN)
            .register(registry);
    sliDurations =
        histogram(
                "apiserver_request_sli_duration_seconds",
                "How long requests took, as it is measured against objectives",
                SLI_DURATIONS)
            .labelNames(LABELS)
            .register(registry);
    beginnings =
        histogram(
                "apiserver_watch_list_duration_seconds",
                "How long watches took to send what was there when they began",
                BEGINNINGS)
            .labelNames("group", "version", "resource", "scope")
            .register(registry);
    sizes =
        histogram("apiserver_response_sizes", "Bytes of answers to reads, by resource", SIZES)
            .labelNames(LABELS)
            .register(registry);
    longRunning =
        Gauge.builder()
            .name("apiserver_longrunning_requests")
            .help("Watches and other long-running requests that are going on")
            .labelNames(LABELS)
            .register(registry);
    inFlight =
        Gauge.builder()
            .name("apiserver_current_inflight_requests")
            .help("Requests that are being worked on, reads and writes apart")
            .labelNames("request_kind")
            .register(registry);
    terminations = terminations(registry);
    aborts = aborts(registry);
    deprecated =
        Gauge.builder()
            .name("apiserver_requested_deprecated_apis")
            .help("Deprecated versions of resources that somebody asked for")
            .labelNames("group", "version", "resource", "subresource", "removed_release")
            .register(registry);
    watchEvents =
        Counter.builder()
            .name("apiserver_watch_events_total")
            .help("Events that were sent to watchers")
            .labelNames("group", "version", "resource")
            .register(registry);
    inFlight.labelValues("readOnly");
    inFlight.labelValues("mutating");
  }

  private static Counter terminations(PrometheusRegistry registry) {
    return Counter.builder()
        .name("apiserver_request_terminations_total")
        .help("Requests that were ended in self-defence")
        .labelNames(and(LABELS, "code"))
        .register(registry);
  }

  private static Counter aborts(PrometheusRegistry registry) {
    return Counter.builder()
        .name("apiserver_request_aborts_total")
        .help("Answers that were broken off, for example because time was up")
        .labelNames("verb", "group", "version", "resource", "subresource", "scope")
        .register(registry);
  }

  private static Histogram.Builder histogram(String name, String help, double[] bounds) {
    return Histogram.builder().name(name).help(help).classicOnly().classicUpperBounds(bounds);
  }

  private static String[] and(String[] names, String last) {
    var all = Arrays.copyOf(names, names.length + 1);
    all[names.length] = last;
    return all;
  }

  /// A request was answered.
  ///
  /// @param bytes of the answer; negative if nobody knows
  public void finished(Request request, int code, long bytes, Duration took) {
    var labels = labels(request);
    var dryRun = dryRun(request);
    requests.labelValues(labels.values(dryRun, Integer.toString(code))).inc();
    durations.labelValues(labels.values(dryRun)).observe(took.toNanos() / 1e9);
    sliDurations.labelValues(labels.values()).observe(took.toNanos() / 1e9);
    boolean read = labels.verb().equals("GET") || labels.verb().equals("LIST");
    if (read && bytes >= 0) {
      sizes.labelValues(labels.values()).observe((double) bytes);
    }
  }

  /// A request was sent away before anybody looked at it.
  public void dropped(Request request, int code) {
    var labels = labels(request);
    requests.labelValues(labels.values(dryRun(request), Integer.toString(code))).inc();
    terminated(request, code);
  }

  /// A request was ended before it was through.
  public void terminated(Request request, int code) {
    terminations.labelValues(and(labels(request).values(), Integer.toString(code))).inc();
  }

  /// The answer to a request was broken off.
  public void aborted(Request request) {
    var labels = labels(request);
    aborts
        .labelValues(
            labels.verb(),
            labels.group(),
            labels.version(),
            labels.resource(),
            labels.subresource(),
            labels.scope())
        .inc();
  }

  /// A watch or the like begins (1) or ends (-1).
  public void longRunning(Request request, int change) {
    longRunning.labelValues(labels(request).values()).inc(change);
  }

  /// Another request begins (1) or ends (-1).
  public void inFlight(Request request, int change) {
    inFlight.labelValues(request.info().readOnly() ? "readOnly" : "mutating").inc(change);
  }

  /// A version was asked for that clients should not use any more.
  ///
  /// @param removedRelease when it goes away, such as `1.40`; empty if nobody said so
  public void deprecated(RequestInfo info, String removedRelease) {
    deprecated
        .labelValues(
            info.apiGroup(), info.apiVersion(), info.resource(), info.subresource(), removedRelease)
        .set(1);
  }

  /// A watch that sends everything first has done so.
  public void watchBegan(Request request, Duration took) {
    var labels = labels(request);
    beginnings
        .labelValues(labels.group(), labels.version(), labels.resource(), labels.scope())
        .observe(took.toNanos() / 1e9);
  }

  /// A watcher was sent an event.
  public void watchEvent(RequestInfo info) {
    watchEvents.labelValues(info.apiGroup(), info.apiVersion(), info.resource()).inc();
  }

  private RequestLabels labels(Request request) {
    var labels = RequestLabels.of(request);
    return request.info().resourceRequest() && !served.test(request.info())
        ? labels.unserved()
        : labels;
  }

  private static String dryRun(Request request) {
    var wanted = request.query().all("dryRun");
    if (wanted.isEmpty()) {
      return "";
    }
    return wanted.stream().allMatch("All"::equals) ? "All" : "invalid";
  }
}
