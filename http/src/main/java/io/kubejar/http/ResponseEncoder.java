package io.kubejar.http;

import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;

/// Encodes answers; those to HEAD requests have no body, whatever their head says.
final class ResponseEncoder extends HttpResponseEncoder {
  private boolean headRequest;

  void headRequest(boolean value) {
    headRequest = value;
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpResponse response) {
    return headRequest || super.isContentAlwaysEmpty(response);
  }
}
