package io.kubejar.storage;

import java.util.List;

/// A part of a range.
///
/// @param more whether entries of the range follow behind the last one
/// @param count how many entries the range holds from the page's first key to the end of the
///   prefix, so `count - entries.size()` are left
/// @param revision the revision of the store: the one asked for, or the newest
public record Page(List<Entry> entries, boolean more, long count, long revision) {
  public Page {
    entries = List.copyOf(entries);
  }
}
