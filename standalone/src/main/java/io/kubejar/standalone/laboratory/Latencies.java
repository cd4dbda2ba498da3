package io.kubejar.standalone.laboratory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How long requests took, by what they asked for. The oldest are forgotten when there are too
/// many.
final class Latencies {
  private static final int KEPT = 100_000;

  private final Map<String, List<Duration>> byRequest = new LinkedHashMap<>();

  synchronized void add(String request, Duration took) {
    var all = byRequest.computeIfAbsent(request, _ -> new ArrayList<>());
    if (all.size() == KEPT) {
      all.subList(0, KEPT / 2).clear();
    }
    all.add(took);
  }

  /// A line for each kind of request: how many there were, the middle one, the slowest of a
  /// hundred, the slowest.
  synchronized List<String> lines() {
    var lines = new ArrayList<String>();
    byRequest.forEach(
        (request, all) -> {
          var sorted = new ArrayList<>(all);
          Collections.sort(sorted);
          lines.add(
              "%-28s %6d requests   p50 %5d ms   p99 %5d ms   slowest %5d ms"
                  .formatted(
                      request,
                      sorted.size(),
                      at(sorted, 50).toMillis(),
                      at(sorted, 99).toMillis(),
                      sorted.getLast().toMillis()));
        });
    return lines;
  }

  private static Duration at(List<Duration> sorted, int percent) {
    return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100));
  }
}
