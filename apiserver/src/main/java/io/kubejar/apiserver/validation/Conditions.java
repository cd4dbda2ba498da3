package io.kubejar.apiserver.validation;

import io.kubejar.apimachinery.format.Formats;
import io.kubejar.apimachinery.meta.v1.Condition;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/// Conditions of the form that kinds share.
final class Conditions {
  private static final int REASON_BYTES_MAX = 1 << 10;
  private static final int MESSAGE_BYTES_MAX = 32 << 10;
  private static final String REASON_REGEX = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?";
  private static final Pattern REASON = Pattern.compile("[A-Za-z]([A-Za-z0-9_,:]*+(?<![,:]))?+");

  private Conditions() {}

  static void check(Check at, List<Condition> conditions) {
    var types = new HashSet<String>();
    at.each(
        conditions,
        (item, condition) -> {
          if (!types.add(condition.type())) {
            item.at("type").duplicate(condition.type());
          }
          condition(item, condition);
        });
  }

  private static void condition(Check at, Condition condition) {
    at.at("type").format(condition.type(), Formats::labelKey);
    if (!List.of("False", "True", "Unknown").contains(condition.status())) {
      at.at("status").notSupported(condition.status(), "False", "True", "Unknown");
    }
    if (condition.observedGeneration() < 0) {
      at.at("observedGeneration")
          .invalid(condition.observedGeneration(), "must be greater than or equal to zero");
    }
    if (condition.lastTransitionTime() == null) {
      at.at("lastTransitionTime").required("");
    }
    reason(at.at("reason"), condition.reason());
    if (MetadataValidation.bytes(condition.message()) > MESSAGE_BYTES_MAX) {
      at.at("message").tooLong(MESSAGE_BYTES_MAX);
    }
  }

  private static void reason(Check at, String reason) {
    if (reason.isEmpty()) {
      at.required("");
      return;
    }
    if (!REASON.matcher(reason).matches()) {
      at.invalid(
          reason,
          Formats.regex(
              "a condition reason must start with alphabetic character, optionally followed by a"
                  + " string of alphanumeric characters or '_,:', and must end with an alphanumeric"
                  + " character or '_'",
              REASON_REGEX,
              "my_name",
              "MY_NAME",
              "MyName",
              "ReasonA,ReasonB",
              "ReasonA:ReasonB"));
    }
    if (MetadataValidation.bytes(reason) > REASON_BYTES_MAX) {
      at.tooLong(REASON_BYTES_MAX);
    }
  }
}
