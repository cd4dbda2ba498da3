package io.kubejar.storage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What a transaction does to one key, after it has been decided. This is what the log records, so
/// it depends on nothing any more: not on comparisons, not on the clock.
sealed interface Effect {
  String key();

  /// The key gets a value, and goes away at an instant unless that is null.
  record Keep(String key, Value value, @Nullable Instant expiresAt) implements Effect {}

  /// The key goes away.
  record Drop(String key) implements Effect {}
}
