package io.kubejar.controllers.job;

import java.time.Duration;

/// Hears what the Job controller does, for metrics. The words are the values of upstream's labels.
/// Must be quick, and safe for use by many threads.
public interface JobWatcher {
  /// Nobody listens.
  JobWatcher NONE =
      new JobWatcher() {
        @Override
        public void synced(String mode, boolean well, String action, Duration took) {}

        @Override
        public void finished(String mode, boolean well, String reason) {}

        @Override
        public void counted(String mode, int succeeded, int failed) {}

        @Override
        public void indexesCounted(boolean perIndex, int succeeded, int failed) {}

        @Override
        public void created(String reason, int made, int refused) {}

        @Override
        public void failureHandled(String action, int count) {}

        @Override
        public void endedTracked(boolean more) {}

        @Override
        public void managedByOther(String controller) {}

        @Override
        public void skippedAsStale(String group, String resource) {}
      };

  /// A Job was looked at.
  ///
  /// @param mode `Indexed` or `NonIndexed`
  /// @param action `reconciling`, `tracking`, `pods_created` or `pods_deleted`
  void synced(String mode, boolean well, String action, Duration took);

  /// A Job has ended.
  void finished(String mode, boolean well, String reason);

  /// Pods became part of a Job's numbers.
  void counted(String mode, int succeeded, int failed);

  /// Indexes became part of a Job's lists.
  ///
  /// @param perIndex whether the Job limits the failures of each
  void indexesCounted(boolean perIndex, int succeeded, int failed);

  /// Pods were to be made.
  ///
  /// @param reason `new`, `recreate_terminating_or_failed` or `recreate_failed`
  void created(String reason, int made, int refused);

  /// The policy of a Job took an action for so many failed pods.
  void failureHandled(String action, int count);

  /// There is one more ended pod that waits to be counted, or one less.
  void endedTracked(boolean more);

  /// A Job appeared that another controller takes care of.
  void managedByOther(String controller);

  /// A Job was not looked at because the cache does not show the last write yet.
  void skippedAsStale(String group, String resource);
}
