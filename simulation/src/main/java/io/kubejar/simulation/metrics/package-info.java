/// The resource metrics API, `metrics.k8s.io`, of simulated nodes: what `kubectl top` reads.
@NullMarked
package io.kubejar.simulation.metrics;

import org.jspecify.annotations.NullMarked;
