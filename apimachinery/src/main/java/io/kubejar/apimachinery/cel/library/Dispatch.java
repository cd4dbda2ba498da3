package io.kubejar.apimachinery.cel.library;

import io.kubejar.apimachinery.cel.value.ErrorValue;
import io.kubejar.apimachinery.cel.value.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Finds what to do for a function by its name and the arguments at hand.
public final class Dispatch {
  private final Map<String, List<Overload>> overloads;

  private Dispatch(Map<String, List<Overload>> overloads) {
    this.overloads = overloads;
  }

  public static Dispatch of(Collection<Library> libraries) {
    var overloads = new HashMap<String, List<Overload>>();
    for (var library : libraries) {
      for (var function : library.functions()) {
        overloads
            .computeIfAbsent(function.name(), _ -> new ArrayList<>())
            .addAll(function.overloads());
      }
    }
    return new Dispatch(Map.copyOf(overloads));
  }

  /// The forms of a function that the libraries add.
  public List<Overload> overloads(String function) {
    return overloads.getOrDefault(function, List.of());
  }

  /// Calls the first form that takes the arguments, else the language's own function of this name.
  public Value call(String function, Value[] arguments) {
    for (var overload : overloads(function)) {
      if (overload.accepts(arguments)) {
        return overload.body().apply(arguments);
      }
    }
    var standard = StandardFunctions.find(function);
    return standard == null ? ErrorValue.NO_SUCH_OVERLOAD : standard.apply(arguments);
  }
}
