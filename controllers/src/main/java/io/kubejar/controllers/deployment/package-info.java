/// Moves a Deployment from one template to the next by scaling ReplicaSets, one for each template.
///
/// [DeploymentController] wires it, [DeploymentReconciler] is the loop. A [Rollout] is the world as
/// one reconcile sees it; [RollingUpdatePlan], [ScalePlan] and [CleanupPlan] decide from it, and
/// [DeploymentStatuses] reports.
@NullMarked
package io.kubejar.controllers.deployment;

import org.jspecify.annotations.NullMarked;
