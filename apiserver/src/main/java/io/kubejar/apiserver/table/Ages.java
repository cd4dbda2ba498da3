package io.kubejar.apiserver.table;

import io.kubejar.apimachinery.KubernetesObject;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Times as people say them: `5m12s`, `3d4h`.
public final class Ages {
  public static final String UNKNOWN = "<unknown>";

  private Ages() {}

  /// How old the object is.
  static String of(KubernetesObject object, Instant now) {
    return since(object.metadata().creationTimestamp(), now);
  }

  /// How long ago that was.
  public static String since(@Nullable Instant moment, Instant now) {
    return moment == null ? UNKNOWN : human(Duration.between(moment, now));
  }

  /// Upstream's rounding: the longer, the coarser.
  static String human(Duration duration) {
    long seconds = duration.toSeconds();
    if (seconds < -1) {
      return "<invalid>";
    }
    if (seconds < 0) {
      return "0s";
    }
    if (seconds < 60 * 2) {
      return seconds + "s";
    }
    long minutes = seconds / 60;
    if (minutes < 10) {
      return two(minutes, "m", seconds % 60, "s");
    }
    if (minutes < 60 * 3) {
      return minutes + "m";
    }
    long hours = minutes / 60;
    if (hours < 8) {
      return two(hours, "h", minutes % 60, "m");
    }
    if (hours < 48) {
      return hours + "h";
    }
    if (hours < 24 * 8) {
      return two(hours / 24, "d", hours % 24, "h");
    }
    if (hours < 24 * 365 * 2) {
      return hours / 24 + "d";
    }
    if (hours < 24 * 365 * 8) {
      return two(hours / (24 * 365), "y", hours / 24 % 365, "d");
    }
    return hours / (24 * 365) + "y";
  }

  private static String two(long large, String largeUnit, long small, String smallUnit) {
    return small == 0 ? large + largeUnit : large + largeUnit + small + smallUnit;
  }
}
