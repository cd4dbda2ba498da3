package io.kubejar.apiserver.filters;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.apiserver.request.Deadline;
import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/// Ends writes that take too long on this server, with 504. Upstream gives them little more than
/// half a minute, however long requests may take in general.
public record FinishInTime(Clock clock) implements Filter {
  private static final Duration LONGEST = Duration.ofSeconds(34);
  private static final Set<String> WRITES =
      Set.of("create", "update", "patch", "delete", "deletecollection");
  private static final int TIMED_OUT = 504;

  /// Whether a failure says already that time was up.
  static boolean isTimeout(Exception failure) {
    return failure instanceof ApiException told && told.code() == TIMED_OUT;
  }

  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    var info = request.info();
    if (info.longRunning() || !info.resourceRequest() || !WRITES.contains(info.verb())) {
      return next.handle(request);
    }
    var deadline = Deadline.in(LONGEST, clock.instant()).orEarlier(request.deadline());
    try (var alarm = new Alarm(clock, deadline)) {
      return within(request.withDeadline(deadline), alarm, next);
    }
  }

  /// The alarm of the whole request may have been quicker, at the same moment.
  private boolean isLate(Request request, Alarm alarm) {
    return alarm.rang() || request.deadline().hasPassed(clock.instant());
  }

  private static ApiException timeout() {
    return ApiException.timeout(
        "request did not complete within requested timeout - context deadline exceeded", 0);
  }

  private Response within(Request request, Alarm alarm, Handler next)
      throws IOException, InterruptedException {
    Response response;
    try {
      response = next.handle(request);
    } catch (InterruptedException | IOException | RuntimeException failure) {
      if (!isLate(request, alarm) || isTimeout(failure)) {
        throw failure;
      }
      throw timeout();
    }
    if (response instanceof Response.Whole && isLate(request, alarm)) {
      throw timeout(); // Like upstream, which gave this answer already.
    }
    return response;
  }
}
