package io.kubejar.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeMap;

/// What a watcher believes is there, from nothing but events.
public final class ModelEntries {
  private final TreeMap<String, Entry> entries = new TreeMap<>();

  public void apply(Event event) {
    var previous = event.previous().orElse(null);
    assertThat(entries.get(event.key())).as("what was before").isEqualTo(previous);
    switch (event) {
      case Event.Put(var entry, _) -> entries.put(entry.key(), entry);
      case Event.Deleted(var key, _, _) -> entries.remove(key);
    }
  }

  public List<Entry> entries() {
    return List.copyOf(entries.values());
  }
}
