/// Simulated pods and nodes that follow `Stage` objects (`kwok.x-k8s.io/v1alpha1`) instead of
/// scripts: which stage an object is in, when the next one begins, and what it changes.
@NullMarked
package io.kubejar.simulation.stages;

import org.jspecify.annotations.NullMarked;
