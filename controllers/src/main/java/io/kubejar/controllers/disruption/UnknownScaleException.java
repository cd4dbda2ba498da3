package io.kubejar.controllers.disruption;

import java.io.Serial;

/// Nobody can say how many pods there should be. The reason is for the budget's status.
final class UnknownScaleException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  private final String why;

  UnknownScaleException(String why) {
    super(why);
    this.why = why;
  }

  String why() {
    return why;
  }
}
