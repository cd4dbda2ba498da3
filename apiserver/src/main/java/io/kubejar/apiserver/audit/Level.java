package io.kubejar.apiserver.audit;

import java.util.Optional;
import java.util.stream.Stream;

/// How much is recorded of a request. Each level includes those before it.
public enum Level {
  NONE("None"),
  /// Who, what, when, and the outcome.
  METADATA("Metadata"),
  /// Also the object that was sent.
  REQUEST("Request"),
  /// Also the object that was answered.
  REQUEST_RESPONSE("RequestResponse");

  private final String text;

  Level(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }

  public boolean includes(Level other) {
    return compareTo(other) >= 0;
  }

  static Optional<Level> of(String text) {
    return Stream.of(values()).filter(level -> level.text.equals(text)).findFirst();
  }
}
