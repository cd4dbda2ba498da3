package io.kubejar;

import java.util.ArrayDeque;
import java.util.Deque;

/// The last requests of a cluster. Safe for use by many threads.
final class RequestLog {
  /// Some megabytes; the oldest go first.
  static final int KEPT_MAX = 20_000;

  private final Deque<ApiRequest> kept = new ArrayDeque<>();
  private long added;

  synchronized void add(ApiRequest request) {
    if (kept.size() == KEPT_MAX) {
      kept.removeFirst();
    }
    kept.addLast(request);
    added++;
  }

  /// How many there have been so far, for [#after].
  synchronized long count() {
    return added;
  }

  synchronized Requests all() {
    return new Requests(kept.stream().toList());
  }

  /// Those behind the first so many, as far as they are kept.
  synchronized Requests after(long count) {
    long wanted = Math.min(added - count, kept.size());
    return new Requests(kept.stream().skip(kept.size() - wanted).toList());
  }
}
