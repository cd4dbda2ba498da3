package io.kubejar.apiserver.filters;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.format.GoDuration;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apiserver.metrics.RequestMetrics;
import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/// Ends requests that take too long with 504. Clients may be less patient than the server, not
/// more. Watches and the like may take as long as they want.
public record LimitTime(Clock clock, Duration longest, RequestMetrics metrics) implements Filter {
  public static final Duration DEFAULT = Duration.ofSeconds(60);

  private static final int TIMED_OUT = 504;

  /// How long this request may take. A time of zero, or beyond the server's own, is the server's.
  public static Duration patience(Request request, Duration longest) {
    var wanted = request.query().firstOr("timeout", "");
    if (wanted.isEmpty()) {
      return longest;
    }
    try {
      var given = GoDuration.parse(wanted);
      return given.isPositive() && given.compareTo(longest) < 0 ? given : longest;
    } catch (IllegalArgumentException malformed) {
      throw ApiException.badRequest(
          "invalid timeout specified in the request URL - " + malformed.getMessage());
    }
  }

  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    if (request.info().longRunning()) {
      return next.handle(request);
    }
    var patience = patience(request, longest);
    var worker = Thread.currentThread();
    var state = new AtomicBoolean(); // Set by whoever is first: the end of the work or of the time.
    var late = new AtomicBoolean();
    var timer =
        clock.schedule(
            patience,
            () -> {
              if (state.compareAndSet(false, true)) {
                late.set(true);
                worker.interrupt();
              }
            });
    try {
      return next.handle(request);
    } catch (InterruptedException interrupted) {
      if (late.get()) {
        metrics.terminated(request, TIMED_OUT);
        throw ApiException.timeout(
            "request did not complete within requested timeout - context deadline exceeded", 0);
      }
      throw interrupted;
    } finally {
      timer.cancel();
      if (!state.compareAndSet(false, true)) {
        Thread.interrupted(); // The alarm came after the work was done.
      }
    }
  }
}
