package io.kubejar.client;

import java.time.Duration;

/// How a reconcile ended.
public sealed interface Outcome {

  /// Nothing to do until something changes.
  record Done() implements Outcome {}

  /// Look again after this long, even if nothing changes.
  record CheckAgain(Duration after, String why) implements Outcome {}

  static Outcome done() {
    return new Done();
  }

  static Outcome checkAgain(Duration after, String why) {
    return new CheckAgain(after, why);
  }
}
