package io.kubejar.storage;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One change of a transaction.
public sealed interface Write {
  String key();

  /// Sets the value of a key.
  ///
  /// @param timeToLive after this time the key goes away unless it is written again; null means
  ///   never
  record Put(String key, Value value, @Nullable Duration timeToLive) implements Write {
    public Put(String key, Value value) {
      this(key, value, null);
    }
  }

  /// Removes a key; nothing happens if it is absent.
  record Delete(String key) implements Write {}
}
