package io.kubejar.apiserver.verbs;

/// How a watch begins and what it tells besides changes.
///
/// @param sendInitialEvents whether to begin with all objects, as added, even if a revision is
///   given
/// @param allowBookmarks whether the watcher understands bookmarks
public record Watching(boolean sendInitialEvents, boolean allowBookmarks) {}
