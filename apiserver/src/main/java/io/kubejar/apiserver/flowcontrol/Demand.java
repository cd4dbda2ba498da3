package io.kubejar.apiserver.flowcontrol;

/// How many seats were wanted over a period: its average, its spread and its peak. It is what a
/// priority level asks for when seats are lent and borrowed.
final class Demand {
  /// How much of the old estimate is kept at each adjustment; upstream's value.
  private static final double SMOOTHING = 0.977;

  private double current;
  private double since;
  private double lastChange;
  private double integral;
  private double squares;
  private double peak;
  private double smooth;

  Demand(double nowSeconds) {
    since = nowSeconds;
    lastChange = nowSeconds;
  }

  void pass(double nowSeconds) {
    double passed = nowSeconds - lastChange;
    integral += current * passed;
    squares += current * current * passed;
    lastChange = nowSeconds;
  }

  void set(double wanted) {
    current = wanted;
    peak = Math.max(peak, wanted);
  }

  /// The period's outcome.
  ///
  /// @param peak the most seats wanted at one time
  /// @param smooth an estimate that rises at once and falls slowly
  /// @param average the mean over the period
  /// @param deviation how far it usually was from the mean
  record Outcome(double peak, double smooth, double average, double deviation) {}

  /// Ends the period and begins the next.
  Outcome close(double nowSeconds) {
    pass(nowSeconds);
    double length = nowSeconds - since;
    double average = length > 0 ? integral / length : current;
    double variance = length > 0 ? squares / length - average * average : 0;
    double deviation = Math.sqrt(Math.max(0, variance));
    double envelope = Math.min(peak, average + deviation);
    smooth = Math.max(envelope, SMOOTHING * smooth + (1 - SMOOTHING) * envelope);
    var outcome = new Outcome(peak, smooth, average, deviation);
    since = nowSeconds;
    integral = 0;
    squares = 0;
    peak = current;
    return outcome;
  }
}
