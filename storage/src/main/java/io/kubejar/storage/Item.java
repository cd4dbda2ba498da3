package io.kubejar.storage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An entry together with the instant at which it goes away, if it does.
record Item(Entry entry, @Nullable Instant expiresAt) {
  String key() {
    return entry.key();
  }
}
