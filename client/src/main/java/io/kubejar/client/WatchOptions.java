package io.kubejar.client;

/// What to watch, and from where. Empty strings and zero mean "not given".
public record WatchOptions(
    String namespace,
    String labelSelector,
    String fieldSelector,
    String resourceVersion,
    boolean allowWatchBookmarks,
    boolean sendInitialEvents,
    int timeoutSeconds) {

  /// A watch over the same objects as the list, from a revision on, with bookmarks.
  public static WatchOptions after(ListOptions selection, String resourceVersion) {
    return new WatchOptions(
        selection.namespace(),
        selection.labelSelector(),
        selection.fieldSelector(),
        resourceVersion,
        true,
        false,
        0);
  }

  /// A watch over the same objects as the list that first sends them all as added, then a bookmark
  /// that says so.
  public static WatchOptions withInitialEvents(ListOptions selection) {
    return new WatchOptions(
        selection.namespace(),
        selection.labelSelector(),
        selection.fieldSelector(),
        "",
        true,
        true,
        0);
  }

  public WatchOptions withTimeoutSeconds(int timeoutSeconds) {
    return new WatchOptions(
        namespace,
        labelSelector,
        fieldSelector,
        resourceVersion,
        allowWatchBookmarks,
        sendInitialEvents,
        timeoutSeconds);
  }
}
