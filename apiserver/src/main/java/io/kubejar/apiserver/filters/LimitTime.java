package io.kubejar.apiserver.filters;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/// Ends requests that take too long with 504. Watches and the like may take as long as they want.
public record LimitTime(Clock clock, Duration longest) implements Filter {
  public static final Duration DEFAULT = Duration.ofSeconds(60);

  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    if (request.info().longRunning()) {
      return next.handle(request);
    }
    var worker = Thread.currentThread();
    var state = new AtomicBoolean(); // Set by whoever is first: the end of the work or of the time.
    var late = new AtomicBoolean();
    var timer =
        clock.schedule(
            longest,
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
