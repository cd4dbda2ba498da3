package io.kubejar.apiserver.flowcontrol;

import io.kubejar.apiserver.request.RequestInfo;
import java.time.Duration;
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
  private static final int OBJECTS_PER_SEAT = 100;
  private static final int WATCHES_PER_SEAT = 10;
  private static final Duration PER_WATCH_SEAT = Duration.ofMillis(5);

  /// What the estimate needs to know of resources.
  ///
  /// @param objects how many there are of the resource that a request names
  /// @param watchers how many would hear of a change
  record Sizes(ToIntFunction<RequestInfo> objects, ToIntFunction<RequestInfo> watchers) {}

  /// @param everything whether a watch begins with all objects that are there
  static Cost of(RequestInfo request, boolean everything, Sizes sizes) {
    if (!request.resourceRequest()) {
      return ONE;
    }
    return switch (request.verb()) {
      case "watch" -> everything ? ofList(request, sizes.objects.applyAsInt(request)) : ONE;
      case "list" -> ofList(request, sizes.objects.applyAsInt(request));
      case "create", "update", "patch", "delete" -> ofChange(request, sizes.watchers);
      default -> ONE;
    };
  }

  private static Cost ofList(RequestInfo request, int objects) {
    // One that a field selector names costs as little as a get.
    int read = request.name().isEmpty() ? objects : 1;
    return new Cost(bounded(ceil(read, OBJECTS_PER_SEAT)), 0, Duration.ZERO);
  }

  private static Cost ofChange(RequestInfo request, ToIntFunction<RequestInfo> watchers) {
    boolean token =
        request.resource().equals("serviceaccounts") && request.subresource().equals("token");
    int watches = token ? 0 : watchers.applyAsInt(request); // A token changes nothing.
    if (watches == 0) {
      return ONE;
    }
    int wanted = ceil(watches, WATCHES_PER_SEAT);
    int seats = bounded(wanted);
    // More work than the most seats can do takes them longer.
    var latency = PER_WATCH_SEAT.multipliedBy(wanted).dividedBy(seats);
    return new Cost(1, seats, latency);
  }

  /// The most seats that are taken at one time.
  int widest() {
    return Math.max(seats, finalSeats);
  }

  private static int bounded(int seats) {
    return Math.clamp(seats, 1, SEATS_MAX);
  }

  private static int ceil(int amount, int per) {
    return (amount + per - 1) / per;
  }
}
