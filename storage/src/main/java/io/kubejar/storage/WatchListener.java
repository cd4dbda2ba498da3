package io.kubejar.storage;

import java.util.List;

/// Gets what a watch sees. Its methods are called by one thread at a time, in order.
///
/// A listener of a [MemoryStore] is called by the threads that commit, so it must not block; other
/// stores have a thread for each watch. Nothing is buffered for a listener that takes its time: it
/// gets larger batches, and once it has fallen behind the compacted revision, [#onError].
public interface WatchListener {

  /// Changes of one or more whole revisions, oldest first. No change is left out, none comes twice.
  ///
  /// @param revision everything up to this revision has been delivered
  void onEvents(List<Event> events, long revision);

  /// There is no further change up to this revision.
  default void onProgress(long revision) {}

  /// The watch has ended. With [CompactedException] the watcher must read again and start anew.
  void onError(StoreException error);
}
