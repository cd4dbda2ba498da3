package io.kubejar.scheduler;

import java.util.Map;

/// How much a scheduler has to do and how much it knows. Safe to ask from any thread.
///
/// @param active pods that wait for their turn
/// @param backoff pods that wait out a failure
/// @param unschedulable pods that wait for a change
/// @param gated pods that nobody may schedule yet
/// @param rejected how many pods each rule keeps waiting
public record SchedulerCounts(
    int active,
    int backoff,
    int unschedulable,
    int gated,
    int nodes,
    int pods,
    int assumed,
    int callsWaiting,
    Map<String, Integer> rejected) {}
