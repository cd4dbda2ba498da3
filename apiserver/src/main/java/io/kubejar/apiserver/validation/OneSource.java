package io.kubejar.apiserver.validation;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Checks that a volume comes from exactly one kind of source. The first one that is there is
/// looked at; each further one is forbidden.
final class OneSource {
  private final Check at;
  private boolean found;

  OneSource(Check at) {
    this.at = at;
  }

  <S> OneSource of(String field, @Nullable S source, BiConsumer<Check, S> rules) {
    return of(field, field, source, rules);
  }

  /// Upstream writes some fields in two ways, and clients see both.
  ///
  /// @param place where the rules find fault
  <S> OneSource of(String field, String place, @Nullable S source, BiConsumer<Check, S> rules) {
    if (source == null) {
      return this;
    }
    if (found) {
      at.at(field).forbidden("may not specify more than 1 volume type");
    } else {
      found = true;
      rules.accept(at.at(place), source);
    }
    return this;
  }

  void required() {
    if (!found) {
      at.required("must specify a volume type");
    }
  }
}
