package io.kubejar.apiserver.request;

import java.io.IOException;

/// Answers a request. May block; runs on the request's own virtual thread.
@FunctionalInterface
public interface Handler {
  /// The answer. A refused request is an [io.kubejar.apimachinery.ApiException].
  Response handle(Request request) throws IOException, InterruptedException;
}
