package io.kubejar.simulation.kubelet;

import java.util.Locale;
import java.util.Optional;

/// The streams of an exec or attach.
enum Channel {
  STDIN(0),
  STDOUT(1),
  STDERR(2),
  ERROR(3),
  RESIZE(4);

  private final int number;

  Channel(int number) {
    this.number = number;
  }

  /// As WebSocket messages begin.
  byte number() {
    return (byte) number;
  }

  /// As SPDY streams are named.
  static Optional<Channel> named(String streamType) {
    for (var channel : values()) {
      if (channel.name().toLowerCase(Locale.ROOT).equals(streamType)) {
        return Optional.of(channel);
      }
    }
    return Optional.empty();
  }

  static Optional<Channel> numbered(int number) {
    for (var channel : values()) {
      if (channel.number == number) {
        return Optional.of(channel);
      }
    }
    return Optional.empty();
  }
}
