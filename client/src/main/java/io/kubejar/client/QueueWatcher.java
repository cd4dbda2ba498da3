package io.kubejar.client;

import java.time.Duration;

/// Hears what happens in a [WorkQueue], for metrics. Called while the queue is locked: it must be
/// quick and must not call the queue.
public interface QueueWatcher {
  /// A key came.
  void added();

  /// Somebody took a key that had waited this long.
  void taken(Duration waited);

  /// The work on a key has ended.
  void done(Duration took);

  /// A key is to be tried again.
  void retried();
}
