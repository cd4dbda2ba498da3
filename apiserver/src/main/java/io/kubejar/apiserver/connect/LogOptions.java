package io.kubejar.apiserver.connect;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.meta.v1.StatusCause;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.request.Query;
import java.util.ArrayList;
import java.util.Optional;

/// Checks what a request for a log asks for.
final class LogOptions {
  private LogOptions() {}

  /// @throws ApiException 400 for what is no number, 422 for numbers that make no sense
  static void validate(String pod, Query query) {
    var faults = new ArrayList<StatusCause>();
    atLeast(query, "tailLines", 0, "must be greater than or equal to 0").ifPresent(faults::add);
    atLeast(query, "limitBytes", 1, "must be greater than 0").ifPresent(faults::add);
    if (query.contains("sinceSeconds") && query.contains("sinceTime")) {
      faults.add(
          FieldError.forbidden("", "at most one of `sinceTime` or `sinceSeconds` may be specified")
              .cause());
    } else {
      atLeast(query, "sinceSeconds", 1, "must be greater than 0").ifPresent(faults::add);
    }
    if (query.contains("stream")) { // Off by default in 1.36.
      faults.add(FieldError.forbidden("stream", "may not be specified").cause());
    }
    if (!faults.isEmpty()) {
      throw ApiException.invalid("", "PodLogOptions", pod, faults);
    }
  }

  private static Optional<StatusCause> atLeast(
      Query query, String name, long least, String complaint) {
    var text = query.firstOr(name, "");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    long value = number(text);
    return value < least
        ? Optional.of(FieldError.invalid(name, value, complaint).cause())
        : Optional.empty();
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException _) {
      throw ApiException.badRequest("strconv.ParseInt: parsing \"" + text + "\": invalid syntax");
    }
  }
}
