package io.kubejar.apiserver.filters;

import io.kubejar.apiserver.authn.UserInfo;
import io.kubejar.apiserver.metrics.RequestMetrics;
import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Lets no more than so many reads, and so many writes, be worked on at once, and answers 429 to
/// others; administrators always come in. What a server does that has no fair queues.
public final class LimitInFlight implements Filter {
  private static final int TOO_MANY = 429;
  private static final String RETRY_AFTER_SECONDS = "1";

  private final @Nullable Semaphore reads;
  private final @Nullable Semaphore writes;
  private final RequestMetrics metrics;

  /// @param reads how many; 0 is as many as come
  /// @param writes how many; 0 is as many as come
  public LimitInFlight(int reads, int writes, RequestMetrics metrics) {
    this.reads = reads == 0 ? null : new Semaphore(reads);
    this.writes = writes == 0 ? null : new Semaphore(writes);
    this.metrics = metrics;
  }

  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    var places = request.info().readOnly() ? reads : writes;
    if (places == null || request.info().longRunning()) {
      return next.handle(request);
    }
    if (!places.tryAcquire()) {
      return full(request, next);
    }
    try {
      return next.handle(request);
    } finally {
      places.release();
    }
  }

  private Response full(Request request, Handler next) throws IOException, InterruptedException {
    if (request.user().groups().contains(UserInfo.MASTERS_GROUP)) {
      return next.handle(request);
    }
    metrics.dropped(request, TOO_MANY);
    return Response.text(TOO_MANY, "Too many requests, please try again later.\n")
        .with("X-Content-Type-Options", "nosniff")
        .with("Retry-After", RETRY_AFTER_SECONDS);
  }
}
