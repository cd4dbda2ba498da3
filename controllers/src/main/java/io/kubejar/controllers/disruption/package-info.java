/// Says of every PodDisruptionBudget how many of its pods may be evicted now.
///
/// [ExpectedPods] finds out how many pods there should be, [BudgetPlan] what that means for the
/// budget. The eviction itself asks the budget in the API server. Pods that were marked as ending
/// and did not end lose the mark ([StaleDisruptions]).
@NullMarked
package io.kubejar.controllers.disruption;

import org.jspecify.annotations.NullMarked;
