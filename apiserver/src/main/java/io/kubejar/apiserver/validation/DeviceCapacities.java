package io.kubejar.apiserver.validation;

import io.kubejar.api.resource.v1.CapacityRequestPolicy;
import io.kubejar.api.resource.v1.CapacityRequestPolicyRange;
import io.kubejar.apimachinery.Quantity;
import java.util.List;

/// How much of a device's capacity may be asked for at once.
final class DeviceCapacities {
  private static final int VALUES_MAX = 10;

  private DeviceCapacities() {}

  static void policy(Check at, CapacityRequestPolicy policy, Quantity capacity) {
    var range = policy.validRange();
    var usual = policy.default_();
    if (!policy.validValues().isEmpty() && range != null) {
      at.forbidden(
          "exactly one policy can be specified, cannot specify \"validValues\" and \"validRange\""
              + " at the same time");
    } else if (!policy.validValues().isEmpty()) {
      if (usual == null) {
        at.at("default").required("required when validValues is defined");
      } else {
        values(at.at("validValues"), policy.validValues(), usual, capacity);
      }
    } else if (range != null) {
      if (usual == null) {
        at.at("default").required("required when validRange is defined");
      } else {
        range(at.at("validRange"), range, usual, capacity);
      }
    }
  }

  private static void values(Check at, List<Quantity> values, Quantity usual, Quantity capacity) {
    for (int i = 1; i < values.size(); i++) {
      if (values.get(i - 1).compareTo(values.get(i)) > 0) {
        at.at(i).invalid(values.get(i).toString(), "values must be sorted in ascending order");
      }
    }
    DeviceParts.set(
        at,
        values,
        VALUES_MAX,
        (item, value) -> {
          if (value.compareTo(capacity) > 0) {
            item.invalid(value.toString(), "option is larger than capacity value: " + capacity);
          }
        },
        value -> Long.toString(value.value()));
    if (values.size() > VALUES_MAX || values.stream().noneMatch(usual::sameAmountAs)) {
      at.invalid(usual.toString(), "default value is not valid according to the requestPolicy");
    }
  }

  private static void range(
      Check at, CapacityRequestPolicyRange range, Quantity usual, Quantity capacity) {
    var min = range.min();
    if (min == null) {
      at.at("min").required("required when validRange is defined");
      return;
    }
    exceeds(at.at("min"), min, min, capacity, "min is larger than capacity value: ");
    exceeds(at.at("min"), usual, min, usual, "default is less than min: " + min);
    var max = range.max();
    if (max != null) {
      exceeds(at.at("max"), min, min, max, "min is larger than max: ");
      exceeds(at.at("max"), max, max, capacity, "max is larger than capacity value: ");
      exceeds(at.at("max"), usual, usual, max, "default is more than max: ");
    }
    var step = range.step();
    if (step != null) {
      var place = at.at("step");
      var next = min.add(step);
      if (next.compareTo(capacity) > 0) {
        place.invalid(
            step.toString(), "one step " + next + " is larger than capacity value: " + capacity);
      }
      multiple(place, usual, min, step);
      if (max != null) {
        multiple(place, max, min, step);
      }
    }
  }

  /// Shows one value if the first of two is larger than the second, which the message may end with.
  private static void exceeds(
      Check at, Quantity shown, Quantity value, Quantity limit, String message) {
    if (value.compareTo(limit) > 0) {
      at.invalid(shown.toString(), message.endsWith(" ") ? message + limit : message);
    }
  }

  private static void multiple(Check at, Quantity value, Quantity min, Quantity step) {
    // A step of nothing crashes upstream's check.
    if (step.value() == 0 || (value.value() - min.value()) % step.value() != 0) {
      at.invalid(
          value.toString(),
          "value is not a multiple of a given step (" + step + ") from (" + min + ")");
    }
  }
}
