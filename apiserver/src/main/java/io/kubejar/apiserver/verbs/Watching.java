package io.kubejar.apiserver.verbs;

/// How a watch begins and what it tells besides changes.
///
/// @param sendInitialEvents whether to begin with all objects, as added, even if a revision is
///   given
/// @param fromNow whether a watch without a revision begins with the next change, not with all
///   objects
/// @param allowBookmarks whether the watcher understands bookmarks
public record Watching(boolean sendInitialEvents, boolean fromNow, boolean allowBookmarks) {
  public Watching(boolean sendInitialEvents, boolean allowBookmarks) {
    this(sendInitialEvents, false, allowBookmarks);
  }
}
