package io.kubejar.apiserver.audit;

import java.util.Optional;
import java.util.stream.Stream;

/// A moment of a request at which an event is written.
public enum Stage {
  /// Before anybody has looked at it.
  REQUEST_RECEIVED("RequestReceived"),
  /// The head of a long answer has been sent, such as that of a watch.
  RESPONSE_STARTED("ResponseStarted"),
  /// Nothing more will be sent.
  RESPONSE_COMPLETE("ResponseComplete"),
  /// The server failed in a way that it did not expect.
  PANIC("Panic");

  private final String text;

  Stage(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }

  static Optional<Stage> of(String text) {
    return Stream.of(values()).filter(stage -> stage.text.equals(text)).findFirst();
  }
}
