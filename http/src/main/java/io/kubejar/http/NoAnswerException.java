package io.kubejar.http;

import java.io.EOFException;
import java.io.Serial;

/// The connection ended before the first byte of an answer.
final class NoAnswerException extends EOFException {
  @Serial private static final long serialVersionUID = 1L;

  NoAnswerException(Throwable cause) {
    this();
    initCause(cause);
  }

  NoAnswerException() {
    super("the peer closed the connection before its answer was complete");
  }
}
