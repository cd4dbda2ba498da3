package io.kubejar.kubelet.pod;

import java.math.BigDecimal;
import java.time.Duration;

/// Durations as Go prints them, to the millisecond: `250ms`, `1.5s`, `1m20s`, `5m0s`.
public final class GoDurations {
  private GoDurations() {}

  /// The text of a duration that is not negative.
  public static String text(Duration duration) {
    if (duration.toMillis() > 0 && duration.toSeconds() == 0) {
      return duration.toMillis() + "ms";
    }
    long hours = duration.toHours();
    long minutes = duration.toMinutesPart();
    var seconds =
        BigDecimal.valueOf(duration.toSecondsPart() * 1000L + duration.toMillisPart(), 3)
            .stripTrailingZeros()
            .toPlainString();
    return (hours > 0 ? hours + "h" : "")
        + (hours > 0 || minutes > 0 ? minutes + "m" : "")
        + seconds
        + "s";
  }
}
