package io.kubejar.apiserver;

import java.time.Duration;

/// How long requests may take, how many there may be at once, and how the server stops. Start from
/// [#DEFAULT], which has upstream's values.
///
/// @param requestTimeout of a request whose client is not less patient
/// @param shortestWatch watches without a time-out of their own end after this time, up to twice as
///   much; zero lets them go on for ever
/// @param limits how many requests there may be at once
/// @param stopping how the server stops
/// @param goAwayChance the part of the HTTP/2 requests whose clients are asked to connect anew
/// @param livezGrace how long after the start `/livez` believes that what has not begun yet will
public record ServingOptions(
    Duration requestTimeout,
    Duration shortestWatch,
    Limits limits,
    Stopping stopping,
    double goAwayChance,
    Duration livezGrace) {
  public static final ServingOptions DEFAULT =
      new ServingOptions(
          Duration.ofMinutes(1),
          Duration.ofMinutes(30),
          new Limits(400, 200, true),
          new Stopping(Duration.ZERO, false),
          0,
          Duration.ZERO);

  /// @param reads at once; with fair queues, this and the writes are the seats that are shared
  /// @param writes at once
  /// @param fair whether there are fair queues; without them, zero of either is no limit
  public record Limits(int reads, int writes, boolean fair) {}

  /// @param delay how long requests are served after the server said that it is not ready any more
  /// @param retryAfter whether new requests are then told to come back later, on a port that stays
  ///   open until the last one is answered; else the port closes at once
  public record Stopping(Duration delay, boolean retryAfter) {}

  public ServingOptions withRequestTimeout(Duration value) {
    return new ServingOptions(value, shortestWatch, limits, stopping, goAwayChance, livezGrace);
  }

  public ServingOptions withShortestWatch(Duration value) {
    return new ServingOptions(requestTimeout, value, limits, stopping, goAwayChance, livezGrace);
  }

  public ServingOptions withLimits(Limits value) {
    return new ServingOptions(
        requestTimeout, shortestWatch, value, stopping, goAwayChance, livezGrace);
  }

  public ServingOptions withStopping(Stopping value) {
    return new ServingOptions(
        requestTimeout, shortestWatch, limits, value, goAwayChance, livezGrace);
  }

  public ServingOptions withGoAwayChance(double value) {
    return new ServingOptions(requestTimeout, shortestWatch, limits, stopping, value, livezGrace);
  }

  public ServingOptions withLivezGrace(Duration value) {
    return new ServingOptions(requestTimeout, shortestWatch, limits, stopping, goAwayChance, value);
  }
}
