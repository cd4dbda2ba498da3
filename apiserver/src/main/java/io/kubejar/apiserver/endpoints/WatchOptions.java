package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.request.Query;
import java.util.List;

/// Checks the combinations of a watch's parameters that make no sense.
final class WatchOptions {
  private WatchOptions() {}

  static void check(Query query) {
    var match = query.firstOr("resourceVersionMatch", "");
    if (query.flag("sendInitialEvents") && !match.equals("NotOlderThan")) {
      throw invalid(
          FieldError.forbidden(
              "resourceVersionMatch",
              "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
    }
    if (query.flag("sendInitialEvents") && !query.flag("allowWatchBookmarks")) {
      throw invalid(
          FieldError.forbidden(
              "allowWatchBookmarks",
              "sendInitialEvents requires setting allowWatchBookmarks to true"));
    }
    if (!query.contains("sendInitialEvents") && !match.isEmpty()) {
      throw invalid(
          FieldError.forbidden(
              "resourceVersionMatch",
              "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
    }
  }

  private static ApiException invalid(FieldError error) {
    return ApiException.invalid("meta.k8s.io", "ListOptions", "", List.of(error.cause()));
  }
}
