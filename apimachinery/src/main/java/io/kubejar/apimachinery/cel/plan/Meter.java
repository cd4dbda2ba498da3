package io.kubejar.apimachinery.cel.plan;

/// Counts what an evaluation has cost, and stops it at its limit.
public final class Meter {
  private final long limit;
  private long cost;

  /// @param limit the largest cost that is still allowed
  public Meter(long limit) {
    this.limit = limit;
  }

  /// Adds to the cost. Numbers below zero stand for more than fits.
  ///
  /// @throws LimitExceeded if that is too much
  void charge(long amount) {
    cost += amount;
    if (cost > limit || cost < 0 || amount < 0) {
      cost = Math.max(cost, limit);
      throw new LimitExceeded();
    }
  }

  public long cost() {
    return cost;
  }

  /// The end of an evaluation that costs too much. It is caught where the evaluation began.
  public static final class LimitExceeded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LimitExceeded() {
      super("operation cancelled: actual cost limit exceeded", null, false, false);
    }
  }
}
