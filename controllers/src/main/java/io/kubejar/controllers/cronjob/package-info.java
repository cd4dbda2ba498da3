/// CronJobs: Jobs that begin again and again, by a schedule.
///
/// [Timetable] finds the moment that is due, [CronPlan] says whether a Job begins now and when to
/// look again, [Observed] what has become of the Jobs that have begun, [History] which of those
/// that have ended are kept. All are pure; [CronJobReconciler] carries them out. The name of a Job
/// says for which minute it was made, so that a crash never makes it twice.
@NullMarked
package io.kubejar.controllers.cronjob;

import org.jspecify.annotations.NullMarked;
