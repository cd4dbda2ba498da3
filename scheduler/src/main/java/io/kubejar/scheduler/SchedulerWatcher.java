package io.kubejar.scheduler;

import java.time.Duration;

/// Told what a scheduler does, so that somebody can count it. Calls come from the threads that step
/// the scheduler and its callers and must not take long. The words are upstream's.
public interface SchedulerWatcher {
  /// Nobody watches.
  SchedulerWatcher NOBODY = new SchedulerWatcher() {};

  /// The outcome of an attempt to place a pod.
  enum Attempt {
    SCHEDULED,
    UNSCHEDULABLE,
    ERROR
  }

  /// An attempt is over; a successful one when the pod is bound.
  default void attempted(Attempt outcome, Duration took) {}

  /// Finding a node, or that there is none, took this long.
  default void decided(Duration took) {}

  /// A pod was bound.
  ///
  /// @param attempts how many it took
  /// @param sinceFirst the time since the first one began
  default void bound(int attempts, Duration sinceFirst) {}

  /// Room was looked for by removing other pods.
  default void preemptionTried() {}

  /// Room is made.
  default void preempted(int victims) {}

  /// A pod came into a queue.
  ///
  /// @param queue `active`, `backoff`, `unschedulable` or `gated`
  /// @param event why
  default void queued(String queue, String event) {}

  /// A stage of an attempt is over.
  ///
  /// @param point such as `Filter`
  /// @param status `Success`, `Unschedulable` or `Error`
  default void stage(String point, String status, Duration took) {}

  /// A rule was asked.
  ///
  /// @param times how often
  default void evaluated(String plugin, String point, int times) {}

  /// A rule took this long; told of every tenth attempt only.
  default void executed(String plugin, String point, Duration took) {}

  /// A call to the API server is over.
  ///
  /// @param type such as `pod_binding`
  default void called(String type, boolean success, Duration took) {}
}
