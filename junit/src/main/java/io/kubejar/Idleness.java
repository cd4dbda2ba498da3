package io.kubejar;

import io.kubejar.ApiRequest.Caller;
import io.kubejar.ApiRequest.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Judges by their requests whether clients work for nothing.
final class Idleness {
  /// Who writes all the time because nodes live: their heartbeats.
  static final String NODES = "kubejar:nodes";

  /// What shows that somebody is there, or was told about; and what is asked by writing.
  private static final Set<String> NO_WORK =
      Set.of("leases", "events", "serviceaccounts/token", "tokenreviews", "subjectaccessreviews");

  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final int LINES_MAX = 20;

  private Idleness() {}

  /// What a cluster at rest would not have.
  static Requests work(Requests requests) {
    return requests
        .writes()
        .where(
            request ->
                !request.user().equals(NODES)
                    && !NO_WORK.contains(request.target().resourceAndSubresource()));
  }

  static void assertNone(Requests work, Duration within) {
    if (!work.isEmpty()) {
      throw new AssertionError(
          "%d writes within %s of rest:%n%s".formatted(work.count(), within, first(work)));
    }
  }

  /// @param unchanged how many writes in a minute may leave an object as it is
  /// @param writes how many writes in a minute one client may make to one object
  static void assertNoHotLoop(Requests requests, int unchanged, int writes) {
    var all = new Windows(writes);
    var vain = new Windows(unchanged);
    for (var request : work(requests)) {
      if (request.target().name().isEmpty()) {
        continue; // New objects, and whole collections.
      }
      var found =
          vain.isTooMuch(request, !request.changed()).or(() -> all.isTooMuch(request, true));
      if (found.isPresent()) {
        var line = new Line(request.caller(), request.target());
        throw new AssertionError(
            "a hot loop: %d writes in a minute%s, of the kind: %s%n%s"
                .formatted(
                    found.get(),
                    request.changed() ? "" : " that changed nothing",
                    request,
                    first(requests.where(it -> new Line(it.caller(), it.target()).equals(line)))));
      }
    }
  }

  private static String first(Requests requests) {
    var lines = requests.all().stream().limit(LINES_MAX).toList();
    int left = requests.count() - lines.size();
    return new Requests(lines) + (left == 0 ? "" : "\n... and " + left + " more");
  }

  /// One client's writes of one kind to one object.
  private record Line(Caller caller, Target target) {}

  /// Counts within the last minute.
  private static final class Windows {
    private final Map<Line, Deque<Instant>> times = new HashMap<>();
    private final int most;

    Windows(int most) {
      this.most = most;
    }

    /// The count, if it is beyond what may be.
    Optional<Integer> isTooMuch(ApiRequest request, boolean counts) {
      if (!counts) {
        return Optional.empty();
      }
      var line = new Line(request.caller(), request.target());
      var window = times.computeIfAbsent(line, _ -> new ArrayDeque<>());
      var begin = request.at().minus(WINDOW);
      while (!window.isEmpty() && !window.getFirst().isAfter(begin)) {
        window.removeFirst();
      }
      window.addLast(request.at());
      return window.size() > most ? Optional.of(window.size()) : Optional.empty();
    }
  }
}
