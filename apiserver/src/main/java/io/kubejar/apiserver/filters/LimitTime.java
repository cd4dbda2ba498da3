package io.kubejar.apiserver.filters;

import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apiserver.metrics.RequestMetrics;
import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import java.io.IOException;

/// Ends requests that go on beyond their deadline: with 504 if nothing was answered yet, else by
/// breaking the answer off. The thread that works on the request is interrupted, so everything that
/// waits on its way must heed that.
public record LimitTime(Clock clock, RequestMetrics metrics) implements Filter {
  private static final int TIMED_OUT = 504;

  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    if (!request.deadline().isSet()) {
      return next.handle(request);
    }
    try (var alarm = new Alarm(clock, request.deadline())) {
      return limited(request, within(request, alarm, next));
    }
  }

  private Response within(Request request, Alarm alarm, Handler next)
      throws IOException, InterruptedException {
    Response response;
    try {
      response = next.handle(request);
    } catch (InterruptedException | IOException | RuntimeException failure) {
      if (!alarm.rang()) {
        throw failure;
      }
      metrics.terminated(request, TIMED_OUT);
      if (FinishInTime.isTimeout(failure)) {
        throw failure; // It was told with more words already.
      }
      throw new TimeUpException();
    }
    if (response instanceof Response.Whole && alarm.rang()) {
      metrics.terminated(request, TIMED_OUT); // It tells of the interruption, or comes too late.
      throw new TimeUpException();
    }
    return response;
  }

  private Response limited(Request request, Response response) {
    return switch (response) {
      case Response.Whole whole -> whole;
      case Response.Composed(var status, var headers, var body) ->
          new Response.Composed(status, headers, limited(request, body));
      case Response.Streamed(var status, var headers, var body) ->
          new Response.Streamed(status, headers, limited(request, body));
      case Response.TakenOver(var conversation) ->
          new Response.TakenOver(exchange -> writing(request, () -> conversation.run(exchange)));
    };
  }

  private Response.Body limited(Request request, Response.Body body) {
    return out -> writing(request, () -> body.writeTo(out));
  }

  /// Part of an answer on its way out.
  @FunctionalInterface
  private interface Writing {
    void run() throws IOException, InterruptedException;
  }

  private void writing(Request request, Writing writing) throws IOException, InterruptedException {
    try (var alarm = new Alarm(clock, request.deadline())) {
      try {
        writing.run();
      } catch (InterruptedException | IOException | RuntimeException failure) {
        if (!alarm.rang()) {
          throw failure;
        }
        metrics.aborted(request);
        // The answer has begun: all that is left is not to end it.
        throw (InterruptedException) new InterruptedException("time is up").initCause(failure);
      }
    }
  }
}
