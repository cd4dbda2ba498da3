package io.kubejar.storage;

/// A running watch.
public interface Watch extends AutoCloseable {

  /// Asks for a call of [WatchListener#onProgress(long)] soon, even if nothing changes.
  ///
  /// A store on other machines may answer with a revision that lags behind: who waits for a certain
  /// one asks again. Memory and embedded store tell every revision without being asked.
  void requestProgress();

  /// Ends the watch. The listener is not called any more, except for a call that is running
  /// already.
  @Override
  void close();
}
