package io.kubejar.apiserver.request;

import java.time.Duration;
import java.time.Instant;

/// When a request must have been answered.
///
/// @param at [Instant#MAX] if it may take as long as it likes
public record Deadline(Instant at) {
  public static final Deadline NONE = new Deadline(Instant.MAX);

  public static Deadline in(Duration patience, Instant now) {
    return new Deadline(now.plus(patience));
  }

  /// Whether there is one.
  public boolean isSet() {
    return !at.equals(Instant.MAX);
  }

  public boolean hasPassed(Instant now) {
    return !now.isBefore(at);
  }

  /// The time until then, never negative, and never more than that.
  public Duration left(Instant now, Duration most) {
    if (!isSet()) {
      return most;
    }
    var left = Duration.between(now, at);
    if (left.isNegative()) {
      return Duration.ZERO;
    }
    return left.compareTo(most) < 0 ? left : most;
  }

  public Deadline orEarlier(Deadline other) {
    return other.at.isBefore(at) ? other : this;
  }
}
