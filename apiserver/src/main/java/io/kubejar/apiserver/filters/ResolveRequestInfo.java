package io.kubejar.apiserver.filters;

import io.kubejar.apiserver.request.Filter;
import io.kubejar.apiserver.request.Handler;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.RequestInfo;
import io.kubejar.apiserver.request.Response;
import java.io.IOException;

/// Finds out what the path asks for.
public record ResolveRequestInfo() implements Filter {
  @Override
  public Response handle(Request request, Handler next) throws IOException, InterruptedException {
    var info = RequestInfo.parse(request.method(), request.path(), request.query());
    return next.handle(request.withInfo(info));
  }
}
