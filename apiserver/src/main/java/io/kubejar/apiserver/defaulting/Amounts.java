package io.kubejar.apiserver.defaulting;

import io.kubejar.api.core.v1.ResourceRequirements;
import io.kubejar.apimachinery.Quantity;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;

/// Amounts of resources: nothing is counted finer than in thousandths, and what is, is rounded up.
final class Amounts {
  private static final int FINEST_SCALE = 3;

  private Amounts() {}

  static Map<String, Quantity> rounded(Map<String, Quantity> amounts) {
    if (amounts.values().stream().noneMatch(Amounts::isTooFine)) {
      return amounts;
    }
    var rounded = new LinkedHashMap<>(amounts);
    rounded.replaceAll((_, amount) -> isTooFine(amount) ? rounded(amount) : amount);
    return rounded;
  }

  static ResourceRequirements rounded(ResourceRequirements resources) {
    return resources
        .withLimits(rounded(resources.limits()))
        .withRequests(rounded(resources.requests()));
  }

  private static boolean isTooFine(Quantity amount) {
    return amount.toBigDecimal().stripTrailingZeros().scale() > FINEST_SCALE;
  }

  private static Quantity rounded(Quantity amount) {
    // Away from zero, as upstream rounds.
    return Quantity.of(
        amount.toBigDecimal().setScale(FINEST_SCALE, RoundingMode.UP), amount.format());
  }
}
