package io.kubejar.apiserver.admission.podsecurity;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// How strict a policy is, the least strict first.
public enum Level {
  PRIVILEGED,
  BASELINE,
  RESTRICTED;

  static final String CHOICE = "must be one of privileged, baseline, restricted";

  static Optional<Level> parse(String text) {
    return Stream.of(values()).filter(level -> level.toString().equals(text)).findFirst();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
