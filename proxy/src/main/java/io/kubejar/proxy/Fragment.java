package io.kubejar.proxy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The part of a table that belongs to one Service.
///
/// @param chains the rules of each chain
/// @param sets the definition of each set
/// @param elements per map, what each key leads to
record Fragment(
    Map<String, List<String>> chains,
    Map<String, String> sets,
    Map<String, Map<String, String>> elements) {
  static final Fragment EMPTY = new Fragment(Map.of(), Map.of(), Map.of());

  Fragment {
    chains = Collections.unmodifiableMap(new LinkedHashMap<>(chains));
    sets = Collections.unmodifiableMap(new LinkedHashMap<>(sets));
    elements = Collections.unmodifiableMap(new LinkedHashMap<>(elements));
  }

  /// Collects a fragment.
  static final class Builder {
    private final Map<String, List<String>> chains = new LinkedHashMap<>();
    private final Map<String, String> sets = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> elements = new LinkedHashMap<>();

    Builder chain(String name, List<String> rules) {
      chains.put(name, List.copyOf(rules));
      return this;
    }

    Builder set(String name, String definition) {
      sets.put(name, definition);
      return this;
    }

    Builder element(String map, String key, String verdict) {
      elements.computeIfAbsent(map, _ -> new LinkedHashMap<>()).put(key, verdict);
      return this;
    }

    Fragment build() {
      return new Fragment(chains, sets, elements);
    }
  }
}
