package io.kubejar.apiserver.filters;

import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import java.io.IOException;
import java.util.random.RandomGenerator;

/// Asks the client behind one of many HTTP/2 requests to open a new connection, which may lead to
/// another server: one connection would else hold all its requests for as long as it lives.
///
/// @param chance the part of the requests that are told so, between 0 and 1
public record GoAway(double chance, RandomGenerator random) implements Filter {
  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    boolean unlucky = chance > 0 && request.exchange().http2() && random.nextDouble() < chance;
    if (unlucky) {
      request.answerHeaders().set("Connection", "close");
    }
    return next.handle(request);
  }
}
