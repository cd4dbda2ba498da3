package io.kubejar.apimachinery;

/// Tries a property with many seeds, and names the seed with which it does not hold.
///
/// `-Dkubejar.fuzz.times=N` tries N times as many; `-Dkubejar.fuzz.seed=S` only this one.
public final class Rounds {
  private Rounds() {}

  /// What must hold whatever chance brings.
  @FunctionalInterface
  public interface Property {
    void holds(Chance chance) throws Exception;
  }

  /// @param usual how many rounds to take unless told otherwise
  public static void run(int usual, Property property) {
    var only = Long.getLong("kubejar.fuzz.seed");
    long first = only == null ? 0 : only;
    long count = only == null ? usual * Long.getLong("kubejar.fuzz.times", 1L) : 1;
    for (long seed = first; seed < first + count; seed++) {
      try {
        property.holds(new Chance(seed));
      } catch (Exception | AssertionError | StackOverflowError broken) {
        throw new AssertionError(
            "repeat it with -Dkubejar.fuzz.seed=" + seed + ": " + broken, broken);
      }
    }
  }
}
