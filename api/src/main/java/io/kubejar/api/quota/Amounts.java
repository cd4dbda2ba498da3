package io.kubejar.api.quota;

import io.kubejar.apimachinery.Quantity;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;

/// Calculates with quantities under names, such as `requests.cpu`. Results are ordered by name.
public final class Amounts {
  private Amounts() {}

  public static Map<String, Quantity> add(Map<String, Quantity> one, Map<String, Quantity> other) {
    var sum = new TreeMap<>(one);
    other.forEach((name, amount) -> sum.merge(name, amount, Quantity::add));
    return sum;
  }

  /// For each name the larger amount.
  public static Map<String, Quantity> max(Map<String, Quantity> one, Map<String, Quantity> other) {
    var larger = new TreeMap<>(one);
    other.forEach((name, amount) -> larger.merge(name, amount, Quantity::max));
    return larger;
  }

  /// What is more than before; where there is less, zero.
  public static Map<String, Quantity> increase(
      Map<String, Quantity> now, Map<String, Quantity> before) {
    var more = new TreeMap<String, Quantity>();
    before.keySet().forEach(name -> more.put(name, Quantity.ZERO));
    now.forEach(
        (name, amount) -> {
          var rest = amount.subtract(before.getOrDefault(name, Quantity.ZERO));
          more.put(name, rest.signum() > 0 ? rest : Quantity.ZERO);
        });
    return more;
  }

  public static Map<String, Quantity> subtract(
      Map<String, Quantity> from, Map<String, Quantity> amounts) {
    var rest = new TreeMap<>(from);
    amounts.forEach((name, amount) -> rest.merge(name, amount.negate(), Quantity::add));
    return rest;
  }

  /// Only the amounts of these names.
  public static Map<String, Quantity> only(
      Map<String, Quantity> amounts, Collection<String> names) {
    return filtered(amounts, (name, _) -> names.contains(name));
  }

  public static Map<String, Quantity> withoutZeros(Map<String, Quantity> amounts) {
    return filtered(amounts, (_, amount) -> !amount.isZero());
  }

  /// The names whose amount is below zero.
  public static List<String> negative(Map<String, Quantity> amounts) {
    return List.copyOf(filtered(amounts, (_, amount) -> amount.signum() < 0).keySet());
  }

  /// The names whose amount is above the limit of that name.
  public static List<String> exceeded(Map<String, Quantity> amounts, Map<String, Quantity> limits) {
    return List.copyOf(
        filtered(
                amounts,
                (name, amount) -> {
                  var limit = limits.get(name);
                  return limit != null && amount.compareTo(limit) > 0;
                })
            .keySet());
  }

  private static Map<String, Quantity> filtered(
      Map<String, Quantity> amounts, BiPredicate<String, Quantity> wanted) {
    var kept = new TreeMap<String, Quantity>();
    amounts.forEach(
        (name, amount) -> {
          if (wanted.test(name, amount)) {
            kept.put(name, amount);
          }
        });
    return kept;
  }

  /// Whether these are the same names with the same amounts, however written.
  public static boolean same(Map<String, Quantity> one, Map<String, Quantity> other) {
    return one.keySet().equals(other.keySet())
        && one.entrySet().stream()
            .allMatch(
                entry ->
                    entry
                        .getValue()
                        .sameAmountAs(Objects.requireNonNull(other.get(entry.getKey()))));
  }

  /// Such as `cpu=1,pods=2`.
  public static String text(Map<String, Quantity> amounts) {
    return new TreeMap<>(amounts)
        .entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(","));
  }

  /// Such as `cpu,pods`.
  public static String names(Collection<String> names) {
    return String.join(",", new TreeSet<>(names));
  }
}
