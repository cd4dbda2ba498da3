package io.kubejar.apiserver.flowcontrol;

import io.kubejar.apimachinery.GroupVersionResource;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apiserver.cache.ResourceCache;
import io.kubejar.apiserver.metrics.RequestMetrics;
import io.kubejar.apiserver.registry.Registry;
import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.RequestInfo;
import io.kubejar.apiserver.request.Response;
import io.kubejar.apiserver.verbs.ResourceVerbs;
import io.kubejar.apiserver.verbs.Resources;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// Lets a request go on when its priority level has seats for it, and answers 429 if it has none in
/// time. A watch has seats until it has sent what was there when it began, and a large list until
/// it is sent; other conversations take none.
public final class LimitFlows implements Filter {
  /// A quarter of the time that a request may take.
  private static final int PATIENCE_DIVISOR = 4;

  private static final Duration PATIENCE_MAX = Duration.ofMinutes(1);

  /// The longest beginning of a watch, or sending of a list, that keeps others waiting.
  private static final Duration BEGINNING_MAX = Duration.ofMinutes(1);

  private static final int TOO_MANY = 429;

  private final FlowControl control;
  private final Cost.Sizes sizes;
  private final RequestMetrics metrics;
  private final Clock clock;
  private final RetryAfter retryAfter;
  private final Duration longest;

  /// @param longest how long a request may take
  public LimitFlows(
      FlowControl control,
      Resources resources,
      RequestMetrics metrics,
      Clock clock,
      Duration longest) {
    this.control = control;
    this.metrics = metrics;
    this.clock = clock;
    this.longest = longest;
    retryAfter = new RetryAfter(clock);
    sizes = sizes(resources);
  }

  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    boolean watch = request.info().verb().equals("watch");
    if (request.info().longRunning() && !watch) {
      return next.handle(request);
    }
    var place = control.placeOf(request.user(), request.info());
    var headers = request.answerHeaders();
    headers.set("X-Kubernetes-PF-FlowSchema-UID", place.schema().metadata().uid());
    headers.set("X-Kubernetes-PF-PriorityLevel-UID", place.levelUid());
    var visit = visit(request, place);
    PriorityLevel.Seat seat;
    try {
      seat = place.level().take(visit, patience(request));
    } catch (NoSeatException full) {
      metrics.dropped(request, TOO_MANY);
      return refused(place.level().name());
    }
    var began = clock.instant();
    Runnable leave =
        () -> {
          seat.leave(visit.cost());
          var took = Duration.between(began, clock.instant());
          var type = watch ? "watch" : "regular";
          control.metrics().executed(place.level().name(), visit.schema(), type, took);
        };
    return answered(request, next, leave);
  }

  /// The seats are taken until all that costs much has been sent, but not for as long as a client
  /// likes that hardly reads.
  private Response answered(Request request, Handler next, Runnable leave)
      throws IOException, InterruptedException {
    boolean goesOn = false;
    try {
      var response = next.handle(request);
      goesOn = !(response instanceof Response.Whole);
      if (goesOn) {
        var beginning = request.beginning();
        var late = clock.schedule(BEGINNING_MAX, beginning::isOver);
        beginning.whenOver(
            () -> {
              late.cancel();
              leave.run();
            });
      }
      return response;
    } finally {
      if (!goesOn) {
        leave.run();
      }
    }
  }

  private Visit visit(Request request, FlowControl.Place place) {
    var cost =
        place.level().exempt()
            ? Cost.ONE
            : Cost.of(request, beginsWithEverything(request), sizes, place.level().seatsMax());
    return new Visit(
        place.flow(),
        place.schema().metadata().name(),
        place.distinguisher(),
        cost,
        request.user().name(),
        request.info());
  }

  /// A watch from now on begins with nothing only if it says so by naming a revision.
  private static boolean beginsWithEverything(Request request) {
    var revision = request.query().firstOr("resourceVersion", "");
    var initial = request.query().firstOr("sendInitialEvents", "");
    return initial.equals("true") || revision.isEmpty() || revision.equals("0");
  }

  private Duration patience(Request request) {
    var whole = request.deadline().left(clock.instant(), longest);
    var part = whole.dividedBy(PATIENCE_DIVISOR);
    return part.compareTo(PATIENCE_MAX) > 0 ? PATIENCE_MAX : part;
  }

  /// A text, not a Status: upstream has it so.
  private Response refused(String level) {
    return Response.text(TOO_MANY, "Too many requests, please try again later.\n")
        .with("X-Content-Type-Options", "nosniff")
        .with("Retry-After", Integer.toString(retryAfter.refused(level)));
  }

  private static Cost.Sizes sizes(Resources resources) {
    return new Cost.Sizes(
        request -> cache(resources, request).map(LimitFlows::stats),
        request -> cache(resources, request).map(ResourceCache::watchers).orElse(0));
  }

  private static ListCost.Stats stats(ResourceCache<?> cache) {
    return new ListCost.Stats(cache.size(), cache.bytes());
  }

  private static Optional<ResourceCache<?>> cache(Resources resources, RequestInfo request) {
    var name =
        new GroupVersionResource(request.apiGroup(), request.apiVersion(), request.resource());
    return resources.find(name).flatMap(ResourceVerbs::storage).map(Registry::cache);
  }
}
