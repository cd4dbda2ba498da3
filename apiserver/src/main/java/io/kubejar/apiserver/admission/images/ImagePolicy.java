package io.kubejar.apiserver.admission.images;

import io.kubejar.apiserver.configfile.ConfigFileException;
import io.kubejar.apiserver.configfile.ConfigPart;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Whom to ask about images, as the part `imagePolicy` of the plugin's configuration says.
///
/// @param kubeconfig path of the file that says where the webhook is
/// @param allowed how long a yes is remembered; zero does not remember it
/// @param denied how long a no is remembered
/// @param backoff before the first of several tries again, which wait longer each time
/// @param defaultAllow whether pods come in if nobody can be asked
public record ImagePolicy(
    String kubeconfig, Duration allowed, Duration denied, Duration backoff, boolean defaultAllow) {
  private static final long DISABLED = -1;

  /// The bounds of a number, and what it counts.
  private record Bounds(
      Duration unit, Duration least, Duration most, Duration usual, String text) {}

  private static final Bounds ALLOWED =
      new Bounds(
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofMinutes(30),
          Duration.ofMinutes(5),
          "1s and 30m0s");
  private static final Bounds DENIED =
      new Bounds(
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofMinutes(30),
          Duration.ofSeconds(30),
          "1s and 30m0s");
  private static final Bounds BACKOFF =
      new Bounds(
          Duration.ofMillis(1),
          Duration.ofNanos(1),
          Duration.ofMinutes(5),
          Duration.ofMillis(500),
          "1ns and 5m0s");

  /// @throws ConfigFileException if a number is out of its bounds
  public static ImagePolicy read(ConfigPart part) {
    return new ImagePolicy(
        part.text("kubeConfigFile"),
        time(part.wholeNumberOrNull("allowTTL"), ALLOWED),
        time(part.wholeNumberOrNull("denyTTL"), DENIED),
        time(part.wholeNumberOrNull("retryBackoff"), BACKOFF),
        part.flag("defaultAllow", false));
  }

  private static Duration time(@Nullable Long number, Bounds bounds) {
    if (number == null || number == 0) {
      return bounds.usual;
    }
    if (number == DISABLED) {
      return Duration.ZERO;
    }
    var time = scaled(number, bounds);
    if (time.compareTo(bounds.least) < 0 || time.compareTo(bounds.most) > 0) {
      throw new ConfigFileException("valid value is between " + bounds.text + ", got " + number);
    }
    return time;
  }

  private static Duration scaled(long number, Bounds bounds) {
    try {
      return bounds.unit.multipliedBy(number);
    } catch (ArithmeticException tooMuch) {
      return Duration.ofSeconds(Long.MAX_VALUE);
    }
  }
}
