package io.kubejar.scheduler.framework;

import java.util.List;

/// What a rule says about a pod on a node.
public sealed interface Verdict {

  /// The pod may run there.
  record Fits() implements Verdict {
    private static final Fits INSTANCE = new Fits();
  }

  /// The pod may not run there now, but could if other pods went away.
  record NotNow(List<String> reasons) implements Verdict {
    public NotNow {
      reasons = List.copyOf(reasons);
    }
  }

  /// The pod may not run there, and evicting other pods would not change that.
  record Never(List<String> reasons) implements Verdict {
    public Never {
      reasons = List.copyOf(reasons);
    }
  }

  static Verdict fits() {
    return Fits.INSTANCE;
  }

  static Verdict notNow(String... reasons) {
    return new NotNow(List.of(reasons));
  }

  static Verdict never(String... reasons) {
    return new Never(List.of(reasons));
  }

  default boolean isFit() {
    return this instanceof Fits;
  }

  default List<String> reasonsAgainst() {
    return switch (this) {
      case Fits() -> List.of();
      case NotNow(var reasons) -> reasons;
      case Never(var reasons) -> reasons;
    };
  }
}
