/// Jobs: pods that run until enough of them have succeeded, or too many have failed.
///
/// [JobWorld] is what one look at the caches shows, [JobVerdict] says whether the Job ends,
/// [PodPlan] which pods are made or removed, [Tally] which ended pods are counted next. Each is
/// pure; [JobReconciler] carries them out in this order.
///
/// A pod that has ended is counted exactly once, whatever crashes in between: it carries a
/// finalizer, its UID is first written into the Job's status, then the finalizer goes, and only
/// then the UID becomes part of a number. [TrackedPods] takes the finalizer from pods that no Job
/// counts any more.
@NullMarked
package io.kubejar.controllers.job;

import org.jspecify.annotations.NullMarked;
