package io.kubejar.apiserver.filters;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apiserver.endpoints.PathNotFoundException;
import io.kubejar.apiserver.metrics.RequestMetrics;
import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.http.ResponseStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;

/// Counts requests and how long they took. It comes last: upstream counts what reaches a resource,
/// not what was refused on the way.
public record CountRequests(RequestMetrics metrics, InstantSource clock) implements Filter {
  private static final int UNKNOWN = -1;

  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    var start = clock.instant();
    boolean counted = !request.info().longRunning();
    metrics.inFlight(request, counted ? 1 : 0);
    try {
      return finished(request, start, next.handle(request));
    } catch (PathNotFoundException nothing) {
      throw nothing;
    } catch (IOException | RuntimeException failure) {
      var code = AnswerFailuresAsStatus.expected(failure).map(ApiException::code).orElse(500);
      finished(request, start, code, UNKNOWN);
      throw failure;
    } finally {
      metrics.inFlight(request, counted ? -1 : 0);
    }
  }

  /// What is written little by little is finished when all is written.
  private Response finished(Request request, Instant start, Response response) {
    return switch (response) {
      case Response.Whole whole -> {
        finished(request, start, whole.status(), whole.body().length);
        yield whole;
      }
      case Response.Composed(var status, var headers, var body) ->
          new Response.Composed(status, headers, counted(request, start, status, body));
      case Response.Streamed(var status, var headers, var body) ->
          new Response.Streamed(
              status,
              headers,
              out -> {
                try (var _ = new Running(request, start, status)) {
                  body.writeTo(out);
                }
              });
      case Response.TakenOver(var conversation) ->
          new Response.TakenOver(
              exchange -> {
                try (var _ = new Running(request, start, response.statusCode())) {
                  conversation.run(exchange);
                }
              });
    };
  }

  /// It may be put together twice, but is one answer.
  private Response.Body counted(Request request, Instant start, int code, Response.Body body) {
    var done = new AtomicBoolean();
    return out -> {
      var counting = new Counting(out);
      try {
        body.writeTo(counting);
      } finally {
        if (done.compareAndSet(false, true)) {
          finished(request, start, code, counting.bytes);
        }
      }
    };
  }

  /// Counts what it passes on.
  private static final class Counting extends ResponseStream {
    private final ResponseStream out;
    private long bytes;

    Counting(ResponseStream out) {
      this.out = out;
    }

    @Override
    public void write(byte[] part, int offset, int length) throws IOException {
      bytes += length;
      out.write(part, offset, length);
    }

    @Override
    public void writeShared(byte[] part) throws IOException {
      bytes += part.length;
      out.writeShared(part);
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }
  }

  private void finished(Request request, Instant start, int code, long bytes) {
    metrics.finished(request, code, bytes, Duration.between(start, clock.instant()));
  }

  /// A request while its answer is being written.
  private final class Running implements AutoCloseable {
    private final Request request;
    private final Instant start;
    private final int code;

    Running(Request request, Instant start, int code) {
      this.request = request;
      this.start = start;
      this.code = code;
      longRunning(1);
    }

    private void longRunning(int change) {
      if (request.info().longRunning()) {
        metrics.longRunning(request, change);
      }
    }

    @Override
    public void close() {
      longRunning(-1);
      finished(request, start, code, UNKNOWN);
    }
  }
}
