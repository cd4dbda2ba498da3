package io.kubejar.apiserver.flowcontrol;

import io.kubejar.apiserver.request.Query;
import io.kubejar.apiserver.request.RequestInfo;
import java.util.Optional;

/// How many seats a list takes, by how many bytes of objects are in memory for it at once. Lists
/// from the cache are sent piece by piece, and so are never the most expensive ones. The numbers
/// are upstream's.
final class ListCost {
  /// The most seats that a list takes on a level without a bound of its own.
  static final int SEATS_MAX = 100;

  private static final long BYTES_PER_SEAT = 100_000;
  private static final long CACHED_BYTES_MAX = 1_000_000;
  private static final long LARGEST_OBJECT = 1_500_000;

  private ListCost() {}

  /// What is stored of a resource.
  record Stats(int objects, long bytes) {
    private long average() {
      long known = objects == 0 ? 0 : bytes / objects;
      return known == 0 && objects > 0 ? LARGEST_OBJECT : known;
    }
  }

  /// @param stats empty if nothing is stored here: somebody else answers
  /// @param seatsMax the most that is possible
  static int of(RequestInfo request, Query query, Optional<Stats> stats, int seatsMax) {
    if (stats.isEmpty()) {
      return 1;
    }
    var limit = limit(query);
    if (limit.isEmpty()) {
      return seatsMax; // It will be refused.
    }
    boolean cached = request.verb().equals("watch") || isFromCache(query, limit.get());
    long bytes = loaded(request, query, stats.get(), limit.get(), cached) * stats.get().average();
    long atOnce = cached ? Math.min(bytes, CACHED_BYTES_MAX) : bytes;
    return (int) Math.clamp(Math.ceilDiv(atOnce, BYTES_PER_SEAT), 1L, (long) seatsMax);
  }

  /// How many objects are in memory for the list.
  private static long loaded(
      RequestInfo request, Query query, Stats stats, long limit, boolean cached) {
    if (!request.name().isEmpty()) {
      return 1; // One that a field selector names costs as little as a get.
    }
    long page = limit > 0 && limit < stats.objects ? limit : stats.objects;
    boolean selective =
        !query.firstOr("fieldSelector", "").isEmpty()
            || !query.firstOr("labelSelector", "").isEmpty();
    return !cached && selective ? Math.max(page, stats.objects / 2) : page;
  }

  /// Whether upstream's estimate takes the list for one that the cache answers: those at a certain
  /// revision it takes for reads of the store, though they seldom are.
  private static boolean isFromCache(Query query, long limit) {
    var revision = query.firstOr("resourceVersion", "");
    return switch (query.firstOr("resourceVersionMatch", "")) {
      case "NotOlderThan" -> true;
      case "" ->
          query.firstOr("continue", "").isEmpty()
              && (limit <= 0 || revision.isEmpty() || revision.equals("0"));
      default -> false;
    };
  }

  private static Optional<Long> limit(Query query) {
    var text = query.firstOr("limit", "");
    try {
      return Optional.of(text.isEmpty() ? 0L : Long.parseLong(text));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }
}
