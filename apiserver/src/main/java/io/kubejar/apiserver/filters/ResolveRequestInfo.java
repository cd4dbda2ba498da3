package io.kubejar.apiserver.filters;

import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Refusals;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.RequestInfo;
import io.kubejar.apiserver.request.Response;
import java.io.IOException;

/// Finds out what the path asks for. Of a few paths that cannot be told: upstream calls that an
/// internal error.
public record ResolveRequestInfo() implements Filter {
  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    RequestInfo info;
    try {
      info = RequestInfo.parse(request.method(), request.path(), request.query());
    } catch (RequestInfo.UnclearPathException unclear) {
      var query = request.exchange().rawQuery();
      var uri = request.exchange().rawPath() + (query.isEmpty() ? "" : "?" + query);
      return Refusals.internalError(
          request, "failed to create RequestInfo: " + unclear.getMessage() + ", " + uri);
    }
    return next.handle(request.withInfo(info));
  }
}
