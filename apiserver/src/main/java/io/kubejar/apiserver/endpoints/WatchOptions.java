package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.validation.FieldError;
import io.kubejar.apiserver.request.Query;
import io.kubejar.apiserver.verbs.ReadOptions;
import io.kubejar.apiserver.verbs.Watching;
import java.util.ArrayList;
import java.util.List;

/// A watch's parameters besides those it shares with lists.
final class WatchOptions {
  private static final String INITIAL = "sendInitialEvents";
  private static final String MATCH = "resourceVersionMatch";
  private static final String NOT_OLDER_THAN = "NotOlderThan";

  private WatchOptions() {}

  /// How the watch begins. One without a revision begins with all objects unless the client says
  /// otherwise; if it understands bookmarks, it is told when they are through even so.
  ///
  /// @throws io.kubejar.apimachinery.ApiException 422 if the parameters contradict each other
  static Watching of(Query query) {
    var revision = query.firstOr("resourceVersion", "");
    var match = query.firstOr(MATCH, "");
    boolean said = query.contains(INITIAL);
    boolean bookmarks = query.flag("allowWatchBookmarks");
    if (!said && match.isEmpty()) {
      return new Watching(revision.isEmpty() || revision.equals("0"), bookmarks);
    }
    ReadOptions.refuse(faults(said, match, !query.firstOr("continue", "").isEmpty()));
    boolean initial = query.flag(INITIAL);
    return new Watching(initial, !initial, bookmarks);
  }

  private static List<FieldError> faults(boolean initialSaid, String match, boolean continued) {
    var faults = new ArrayList<FieldError>();
    boolean fits = match.equals(NOT_OLDER_THAN);
    if (initialSaid && !fits) {
      faults.add(
          forbidden("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
    }
    if (match.isEmpty()) {
      return faults;
    }
    if (!initialSaid) {
      faults.add(
          forbidden(
              "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
    }
    if (!fits) {
      faults.add(FieldError.notSupported(MATCH, match, List.of(NOT_OLDER_THAN)));
    }
    if (continued) {
      faults.add(forbidden("resourceVersionMatch is forbidden when continue is provided"));
    }
    return faults;
  }

  private static FieldError forbidden(String detail) {
    return FieldError.forbidden(MATCH, detail);
  }
}
