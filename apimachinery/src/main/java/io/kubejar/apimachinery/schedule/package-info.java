/// Schedules as cron writes them, such as `30 6 * * mon-fri`, and the moments they stand for.
///
/// The API server reads a schedule to refuse a wrong one, the CronJob controller to know when to
/// begin; both do it here.
@NullMarked
package io.kubejar.apimachinery.schedule;

import org.jspecify.annotations.NullMarked;
