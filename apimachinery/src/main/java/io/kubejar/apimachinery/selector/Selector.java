package io.kubejar.apimachinery.selector;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// A condition on labels: all its requirements must hold.
///
/// The text of a selector parses to an equal selector, except that of [#nothing], which has no text
/// form.
public final class Selector {
  private static final Selector EVERYTHING = new Selector(List.of(), true);
  private static final Selector NOTHING = new Selector(List.of(), false);

  private final List<Requirement> requirements;
  private final boolean possible;

  private Selector(List<Requirement> requirements, boolean possible) {
    this.requirements = requirements;
    this.possible = possible;
  }

  /// Matches whatever the labels are.
  public static Selector everything() {
    return EVERYTHING;
  }

  /// Matches nothing.
  public static Selector nothing() {
    return NOTHING;
  }

  static Selector of(List<Requirement> requirements) {
    if (requirements.isEmpty()) {
      return EVERYTHING;
    }
    var sorted = requirements.stream().sorted(Comparator.comparing(Requirement::key)).toList();
    return new Selector(sorted, true);
  }

  public boolean matches(Map<String, String> labels) {
    // No iterator: this runs for every object of every filtered list and watch.
    for (int i = 0; i < requirements.size(); i++) {
      if (!requirements.get(i).matches(labels)) {
        return false;
      }
    }
    return possible;
  }

  /// Whether it matches everything.
  public boolean isEmpty() {
    return possible && requirements.isEmpty();
  }

  public boolean isNothing() {
    return !possible;
  }

  /// Ordered by key.
  public List<Requirement> requirements() {
    return requirements;
  }

  /// The one value that this label must have, if the selector asks for exactly one.
  public Optional<String> requiredValue(String key) {
    for (var requirement : requirements) {
      if (requirement.key().equals(key)) {
        return requirement.onlyValue();
      }
    }
    return Optional.empty();
  }

  @Override
  public boolean equals(@org.jspecify.annotations.Nullable Object other) {
    return other instanceof Selector that
        && possible == that.possible
        && requirements.equals(that.requirements);
  }

  @Override
  public int hashCode() {
    return requirements.hashCode() * 2 + (possible ? 1 : 0);
  }

  /// The canonical text.
  @Override
  public String toString() {
    return requirements.stream().map(Requirement::toString).collect(Collectors.joining(","));
  }
}
