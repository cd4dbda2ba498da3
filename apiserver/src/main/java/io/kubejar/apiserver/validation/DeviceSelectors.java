package io.kubejar.apiserver.validation;

import io.kubejar.api.resource.v1.DeviceSelector;
import io.kubejar.apimachinery.cel.DeviceTypes;
import io.kubejar.apimachinery.cel.Expression;
import io.kubejar.apimachinery.cel.type.Scalar;
import io.kubejar.apimachinery.cel.type.TypeNames;
import java.util.List;

/// The expressions that pick devices.
final class DeviceSelectors {
  private static final int SELECTORS_MAX = 32;
  private static final int EXPRESSION_BYTES_MAX = 10 * 1024;
  private static final long COST_MAX = 1_000_000;

  private DeviceSelectors() {}

  static void check(Check at, List<DeviceSelector> selectors) {
    if (selectors.size() > SELECTORS_MAX) {
      at.tooMany(selectors.size(), SELECTORS_MAX);
      return;
    }
    at.each(
        selectors,
        (item, selector) -> {
          if (selector.cel() == null) {
            item.at("cel").required("");
          } else {
            expression(item.at("cel").at("expression"), selector.cel().expression());
          }
        });
  }

  private static void expression(Check at, String source) {
    if (MetadataValidation.bytes(source) > EXPRESSION_BYTES_MAX) {
      at.tooLong(EXPRESSION_BYTES_MAX);
      return;
    }
    var expression = Expression.compile(DeviceTypes.environment(), source, Scalar.ANY);
    var compiled = expression.compiled();
    if (compiled == null) {
      at.invalid(source, String.valueOf(expression.error()));
      return;
    }
    switch (compiled.resultType().kind()) {
      case BOOL, ANY -> {
        if (compiled.maxCost(DeviceTypes.DEVICE) > COST_MAX) {
          at.forbidden("too complex, exceeds cost limit");
        }
      }
      default ->
          at.invalid(
              source,
              "must evaluate to bool or the unknown type, not "
                  + TypeNames.of(compiled.resultType()));
    }
  }
}
