package io.kubejar.scheduler.framework;

import io.kubejar.apimachinery.Quantity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Gives every resource name a place in the vectors that nodes and pods are counted with.
///
/// CPU is counted in thousandths, everything else in whole units. A vector may be shorter than the
/// table: what it does not reach is zero.
public final class ResourceNames {
  public static final int CPU = 0;
  public static final int MEMORY = 1;
  public static final int EPHEMERAL_STORAGE = 2;

  /// How many pods, which every pod needs one of.
  public static final int PODS = 3;

  private final List<String> names = new ArrayList<>();
  private final Map<String, Integer> places = new HashMap<>();

  public ResourceNames() {
    for (String name : List.of("cpu", "memory", "ephemeral-storage", "pods")) {
      place(name);
    }
  }

  public String name(int place) {
    return names.get(place);
  }

  /// Reads amounts into a new vector.
  public long[] vector(Map<String, Quantity> amounts) {
    long[] vector = new long[names.size()];
    for (var amount : amounts.entrySet()) {
      int place = place(amount.getKey());
      vector = reaching(vector, place);
      vector[place] = place == CPU ? amount.getValue().milliValue() : amount.getValue().value();
    }
    return vector;
  }

  private int place(String name) {
    var known = places.get(name);
    if (known != null) {
      return known;
    }
    names.add(name);
    places.put(name, names.size() - 1);
    return names.size() - 1;
  }

  public static long at(long[] vector, int place) {
    return place < vector.length ? vector[place] : 0;
  }

  /// The sum, in the first vector if that is long enough.
  public static long[] add(long[] into, long[] summand) {
    long[] sum = reaching(into, summand.length - 1);
    for (int i = 0; i < summand.length; i++) {
      sum[i] += summand[i];
    }
    return sum;
  }

  public static void subtract(long[] from, long[] subtrahend) {
    for (int i = 0; i < subtrahend.length; i++) {
      from[i] -= subtrahend[i];
    }
  }

  /// The larger of each, in the first vector if that is long enough.
  public static long[] max(long[] into, long[] other) {
    long[] result = reaching(into, other.length - 1);
    for (int i = 0; i < other.length; i++) {
      result[i] = Math.max(result[i], other[i]);
    }
    return result;
  }

  private static long[] reaching(long[] vector, int place) {
    return place < vector.length ? vector : Arrays.copyOf(vector, place + 1);
  }
}
