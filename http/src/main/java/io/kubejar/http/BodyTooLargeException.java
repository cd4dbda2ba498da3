package io.kubejar.http;

import java.io.IOException;
import java.io.Serial;

/// A request's body is larger than the server takes.
public final class BodyTooLargeException extends IOException {
  @Serial private static final long serialVersionUID = 1;

  private final long limit;

  public BodyTooLargeException(long limit) {
    super("the request body is larger than " + limit + " bytes");
    this.limit = limit;
  }

  public long limit() {
    return limit;
  }
}
