package io.kubejar.storage;

import java.time.Instant;
import java.util.Comparator;

/// When a key goes away; ordered by time.
record Deadline(Instant at, String key) implements Comparable<Deadline> {
  private static final Comparator<Deadline> ORDER =
      Comparator.comparing(Deadline::at).thenComparing(Deadline::key);

  @Override
  public int compareTo(Deadline other) {
    return ORDER.compare(this, other);
  }
}
