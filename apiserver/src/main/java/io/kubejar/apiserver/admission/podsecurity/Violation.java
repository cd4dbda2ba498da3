package io.kubejar.apiserver.admission.podsecurity;

import java.util.List;
import java.util.stream.Collectors;

/// What a check found.
record Violation(String reason, String detail) {
  static String reasons(List<Violation> violations) {
    return violations.stream().map(Violation::reason).collect(Collectors.joining(", "));
  }

  static String details(List<Violation> violations) {
    return violations.stream()
        .map(each -> each.detail.isEmpty() ? each.reason : each.reason + " (" + each.detail + ")")
        .collect(Collectors.joining(", "));
  }
}
