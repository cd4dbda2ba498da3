package io.kubejar.storage;

import java.util.Optional;

/// One change of one key.
public sealed interface Event {
  String key();

  /// The revision that made the change.
  long revision();

  /// What the key held before; empty if it was absent, or if the watch did not ask for it.
  Optional<Entry> previous();

  /// The key was created or overwritten.
  record Put(Entry entry, Optional<Entry> previous) implements Event {
    @Override
    public String key() {
      return entry.key();
    }

    @Override
    public long revision() {
      return entry.modRevision();
    }

    /// Whether the key did not exist before.
    public boolean isCreation() {
      return entry.version() == 1;
    }
  }

  /// The key was removed, by a transaction or because its time to live passed.
  record Deleted(String key, long revision, Optional<Entry> previous) implements Event {}
}
