package io.kubejar.apiserver.request;

import java.io.IOException;

/// One stage of the request path: answers by itself, or lets the next stage answer.
@FunctionalInterface
public interface Filter {
  Response handle(Request request, Handler next) throws IOException, InterruptedException;
}
