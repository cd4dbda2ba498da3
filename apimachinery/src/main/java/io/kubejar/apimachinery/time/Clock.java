package io.kubejar.apimachinery.time;

import java.time.Duration;
import java.time.InstantSource;

/// The time, and timers that follow it.
///
/// A timer's action runs on a thread of the clock, so it must be short and must not block: it
/// usually wakes somebody up. It runs at most once.
public interface Clock extends InstantSource {

  /// Runs the action once, when at least this much time has passed. A delay of zero or less means
  /// as soon as possible, but never inside this call.
  Timer schedule(Duration delay, Runnable action);

  /// An action that is still to come.
  interface Timer {
    /// Makes sure that the action does not start any more. Without effect if it already did.
    void cancel();
  }
}
