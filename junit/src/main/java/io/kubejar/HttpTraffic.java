package io.kubejar;

import io.kubejar.ApiRequest.Caller;
import io.kubejar.ApiRequest.Target;
import io.kubejar.Fault.Effect;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apiserver.endpoints.PathNotFoundException;
import io.kubejar.apiserver.filters.AnswerFailuresAsStatus;
import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import java.io.IOException;

/// Sees every request from the network.
record HttpTraffic(Traffic traffic) implements Filter {
  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    var begun = traffic.begin(caller(request), target(request));
    int code = 500;
    try {
      var response = answer(request, next, begun);
      code = response.statusCode();
      return response;
    } catch (PathNotFoundException nothing) {
      code = 404;
      throw nothing;
    } catch (IOException | RuntimeException failure) {
      code = AnswerFailuresAsStatus.expected(failure).map(ApiException::code).orElse(500);
      throw failure;
    } finally {
      traffic.end(named(begun, request), code);
    }
  }

  private Response answer(Request request, Handler next, Traffic.Begun begun)
      throws IOException, InterruptedException {
    var effect = traffic.meet(begun);
    var response =
        switch (effect.orElse(null)) {
          case Effect.Latency(var by) -> {
            Waiting.on(traffic, by, request.exchange());
            yield next.handle(request);
          }
          case Effect.StaleRead(var revisions) ->
              StaleReads.answer(request, next, begun.target(), traffic, revisions);
          case Effect.ReplayedWatch(var revisions) ->
              next.handle(StaleReads.earlier(request, revisions));
          case null, default -> next.handle(request);
        };
    traffic.carriedOut(effect);
    return response instanceof Response.Streamed watch && begun.target().verb().equals("watch")
        ? FaultyStream.around(watch, request.exchange(), begun, traffic)
        : response;
  }

  /// A new object has its name in its metadata, which has been read by now.
  private static Traffic.Begun named(Traffic.Begun begun, Request request) {
    var name = request.trail().sentMetadata().name();
    var target = begun.target();
    return target.verb().equals("create") && target.name().isEmpty() && !name.isEmpty()
        ? new Traffic.Begun(begun.caller(), target.withName(name), begun.at(), begun.revision())
        : begun;
  }

  private static Caller caller(Request request) {
    return new Caller(
        request.user().name(),
        request.user().groups(),
        request.headers().firstOr("User-Agent", ""),
        false);
  }

  private static Target target(Request request) {
    var info = request.info();
    boolean namespace = info.resource().equals("namespaces") && info.apiGroup().isEmpty();
    return new Target(
        info.verb(),
        info.apiGroup(),
        info.apiVersion(),
        info.resource(),
        info.subresource(),
        namespace ? "" : info.namespace(), // The path names it twice.
        info.name(),
        request.path());
  }
}
