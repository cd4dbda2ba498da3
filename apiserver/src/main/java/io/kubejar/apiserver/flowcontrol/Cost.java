package io.kubejar.apiserver.flowcontrol;

import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.RequestInfo;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/// How many seats a request takes: while it runs, and for how long some of them stay taken after
/// it, because its change has to be sent to everybody who watches.
///
/// The numbers are upstream's.
///
/// @param finalSeats how many stay taken for a while after the answer
record Cost(int seats, int finalSeats, Duration finalLatency) {
  static final Cost ONE = new Cost(1, 0, Duration.ZERO);

  private static final int SEATS_MAX = 10;
  private static final int WATCHES_PER_SEAT = 10;
  private static final Duration PER_WATCH_SEAT = Duration.ofMillis(5);

  /// What the estimate needs to know of resources.
  ///
  /// @param objects what is stored of the resource that a request names, if it is stored here
  /// @param watchers how many would hear of a change
  record Sizes(
      Function<RequestInfo, Optional<ListCost.Stats>> objects,
      ToIntFunction<RequestInfo> watchers) {}

  /// @param everything whether a watch begins with all objects that are there
  /// @param levelMax the most seats that a request may take on its level; 0 if that has no such
  ///   bound
  static Cost of(Request request, boolean everything, Sizes sizes, int levelMax) {
    var info = request.info();
    if (!info.resourceRequest()) {
      return ONE;
    }
    return switch (info.verb()) {
      case "watch" -> everything ? ofList(request, sizes, levelMax) : ONE;
      case "list" -> ofList(request, sizes, levelMax);
      case "create", "update", "patch", "delete" ->
          ofChange(info, sizes.watchers, bound(levelMax, SEATS_MAX));
      default -> ONE;
    };
  }

  private static int bound(int levelMax, int most) {
    return levelMax == 0 ? most : Math.min(levelMax, most);
  }

  private static Cost ofList(Request request, Sizes sizes, int levelMax) {
    var info = request.info();
    int most = bound(levelMax, ListCost.SEATS_MAX);
    int seats = ListCost.of(info, request.query(), sizes.objects.apply(info), most);
    return new Cost(seats, 0, Duration.ZERO);
  }

  private static Cost ofChange(
      RequestInfo request, ToIntFunction<RequestInfo> watchers, int seatsMax) {
    boolean token =
        request.resource().equals("serviceaccounts") && request.subresource().equals("token");
    int watches = token ? 0 : watchers.applyAsInt(request); // A token changes nothing.
    if (watches == 0) {
      return ONE;
    }
    int wanted = ceil(watches, WATCHES_PER_SEAT);
    int seats = Math.clamp(wanted, 1, seatsMax);
    // More work than the most seats can do takes them longer.
    var latency = PER_WATCH_SEAT.multipliedBy(wanted).dividedBy(seats);
    return new Cost(1, seats, latency);
  }

  /// The most seats that are taken at one time.
  int widest() {
    return Math.max(seats, finalSeats);
  }

  private static int ceil(int amount, int per) {
    return (amount + per - 1) / per;
  }
}
