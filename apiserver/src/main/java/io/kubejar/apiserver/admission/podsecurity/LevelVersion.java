package io.kubejar.apiserver.admission.podsecurity;

import java.util.Optional;
import java.util.regex.Pattern;

/// A level as a version of Kubernetes had it.
///
/// @param minor of version 1, or [#LATEST]
public record LevelVersion(Level level, int minor) {
  static final int LATEST = Integer.MAX_VALUE;
  static final String CHOICE = "must be \"latest\" or \"v1.x\"";
  public static final LevelVersion PRIVILEGED = new LevelVersion(Level.PRIVILEGED, LATEST);

  private static final Pattern VERSION = Pattern.compile("v1\\.(0|[1-9]\\d{0,8})");

  /// The minor version of such as `v1.25` or `latest`.
  static Optional<Integer> parseVersion(String text) {
    if (text.equals("latest")) {
      return Optional.of(LATEST);
    }
    var matcher = VERSION.matcher(text);
    return matcher.matches() ? Optional.of(Integer.valueOf(matcher.group(1))) : Optional.empty();
  }

  LevelVersion withLevel(Level other) {
    return new LevelVersion(other, minor);
  }

  LevelVersion withMinor(int other) {
    return new LevelVersion(level, other);
  }

  /// Whether both mean the same: every version of `privileged` allows everything.
  boolean meansSameAs(LevelVersion other) {
    return equals(other) || (level == Level.PRIVILEGED && other.level == Level.PRIVILEGED);
  }

  @Override
  public String toString() {
    return level + ":" + (minor == LATEST ? "latest" : "v1." + minor);
  }
}
