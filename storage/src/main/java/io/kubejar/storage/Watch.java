package io.kubejar.storage;

/// A running watch.
public interface Watch extends AutoCloseable {

  /// Asks for a call of [WatchListener#onProgress(long)] with a revision that is at least the
  /// newest one of this moment. A store that cannot promise it does nothing.
  void requestProgress();

  /// Ends the watch. The listener is not called any more, except for a call that is running
  /// already.
  @Override
  void close();
}
