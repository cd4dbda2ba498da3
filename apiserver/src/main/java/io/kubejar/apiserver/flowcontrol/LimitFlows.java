package io.kubejar.apiserver.flowcontrol;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.GroupVersionResource;
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
/// time. Conversations and watches take none: they cost while they begin, and then hardly anything.
public final class LimitFlows implements Filter {
  /// A quarter of the time that a request may take.
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final int RETRY_AFTER_SECONDS = 1;
  private static final int TOO_MANY = 429;

  private final FlowControl control;
  private final Cost.Sizes sizes;
  private final RequestMetrics metrics;

  public LimitFlows(FlowControl control, Resources resources, RequestMetrics metrics) {
    this.control = control;
    this.metrics = metrics;
    sizes = sizes(resources);
  }

  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    if (request.info().longRunning()) {
      return next.handle(request);
    }
    var place = control.placeOf(request.user(), request.info());
    var cost = place.level().exempt() ? Cost.ONE : Cost.of(request.info(), sizes);
    var headers = request.answerHeaders();
    headers.set("X-Kubernetes-PF-FlowSchema-UID", place.schema().metadata().uid());
    headers.set("X-Kubernetes-PF-PriorityLevel-UID", place.levelUid());
    return seated(request, next, place, cost);
  }

  private Response seated(Request request, Handler next, FlowControl.Place place, Cost cost)
      throws IOException, InterruptedException {
    PriorityLevel.Seat seat;
    try {
      var schema = place.schema().metadata().name();
      seat = place.level().take(place.flow(), schema, cost, PATIENCE);
    } catch (NoSeatException full) {
      metrics.dropped(request, TOO_MANY);
      throw ApiException.tooManyRequests(
          "Too many requests, please try again later.", RETRY_AFTER_SECONDS);
    }
    try {
      return next.handle(request);
    } finally {
      seat.leave(cost);
    }
  }

  private static Cost.Sizes sizes(Resources resources) {
    return new Cost.Sizes(
        request -> cache(resources, request).map(ResourceCache::size).orElse(0),
        request -> cache(resources, request).map(ResourceCache::watchers).orElse(0));
  }

  private static Optional<ResourceCache<?>> cache(Resources resources, RequestInfo request) {
    var name =
        new GroupVersionResource(request.apiGroup(), request.apiVersion(), request.resource());
    return resources.find(name).flatMap(ResourceVerbs::storage).map(Registry::cache);
  }
}
