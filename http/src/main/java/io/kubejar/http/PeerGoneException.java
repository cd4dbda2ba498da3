package io.kubejar.http;

import java.io.IOException;
import java.io.Serial;

/// The peer closed the connection, or gave up on the request, before its end.
public final class PeerGoneException extends IOException {
  @Serial private static final long serialVersionUID = 1;

  public PeerGoneException(String message) {
    super(message);
  }

  /// Every request that is over makes one, deep inside the event loop, and nobody looks at its
  /// trace.
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
