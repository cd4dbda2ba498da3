package io.kubejar.simulation;

import java.util.stream.LongStream;

/// Which seeds to run: a few hundred by default, more with `-Dkubejar.seeds=N`, one with
/// `-Dkubejar.seed=S`.
final class Seeds {
  private static final int DEFAULT_COUNT = 200;

  private Seeds() {}

  static LongStream all() {
    return all(DEFAULT_COUNT);
  }

  /// @param usually how many to run where nobody says
  static LongStream all(int usually) {
    var only = Long.getLong("kubejar.seed");
    return only != null
        ? LongStream.of(only)
        : LongStream.range(0, Integer.getInteger("kubejar.seeds", usually));
  }

  /// A quarter of them, for stories that share their faults with others.
  static LongStream some() {
    var only = Long.getLong("kubejar.seed");
    return only != null
        ? LongStream.of(only)
        : LongStream.range(0, Integer.getInteger("kubejar.seeds", DEFAULT_COUNT) / 4);
  }
}
