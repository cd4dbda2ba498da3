package io.kubejar.apiserver.filters;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.format.GoDuration;
import io.kubejar.apiserver.request.Deadline;
import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.BiConsumer;

/// Says when a request must be over. Clients may be less patient than the server, not more. Watches
/// and the like may take as long as they want.
///
/// @param longest the time of a request whose client says nothing
/// @param refused hears of requests that say something nobody understands
public record SetDeadline(
    InstantSource clock, Duration longest, BiConsumer<Request, ApiException> refused)
    implements Filter {
  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    if (request.info().longRunning()) {
      return next.handle(request);
    }
    return next.handle(request.withDeadline(Deadline.in(patience(request), clock.instant())));
  }

  /// How long this request may take. A time of zero, or beyond the server's own, is the server's.
  private Duration patience(Request request) {
    var wanted = request.query().firstOr("timeout", "");
    if (wanted.isEmpty()) {
      return longest;
    }
    try {
      var given = GoDuration.parse(wanted);
      return given.isPositive() && given.compareTo(longest) < 0 ? given : longest;
    } catch (IllegalArgumentException malformed) {
      var refusal =
          ApiException.badRequest(
              "invalid timeout specified in the request URL - " + malformed.getMessage());
      refused.accept(request, refusal);
      throw refusal;
    }
  }
}
