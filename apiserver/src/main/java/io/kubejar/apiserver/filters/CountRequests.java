package io.kubejar.apiserver.filters;

import io.kubejar.apiserver.metrics.RequestMetrics;
import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.RequestInfo;
import io.kubejar.apiserver.request.Response;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;

/// Counts requests and how long they took.
public record CountRequests(RequestMetrics metrics, InstantSource clock) implements Filter {
  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    var start = clock.instant();
    var response = next.handle(request);
    var took = Duration.between(start, clock.instant());
    boolean dryRun = request.query().contains("dryRun");
    metrics.finished(request.info(), dryRun, response.statusCode(), took);
    return response instanceof Response.Streamed streamed && request.info().longRunning()
        ? counted(request.info(), streamed)
        : response;
  }

  private Response counted(RequestInfo info, Response.Streamed streamed) {
    return new Response.Streamed(
        streamed.status(),
        streamed.headers(),
        out -> {
          metrics.longRunning(info, 1);
          try {
            streamed.body().writeTo(out);
          } finally {
            metrics.longRunning(info, -1);
          }
        });
  }
}
