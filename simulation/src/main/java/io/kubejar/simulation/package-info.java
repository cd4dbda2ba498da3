/// The whole control plane on one thread: the real API server on a store in memory, the real
/// controllers, nodes that are pretended, a clock that only moves when nothing else can happen.
///
/// A seed decides the order of steps and every fault: requests and answers that get lost,
/// conflicts, watches that end or lag, and crashes between two writes. The same seed gives the same
/// run, so a failure is found again by its seed.
@NullMarked
package io.kubejar.simulation;

import org.jspecify.annotations.NullMarked;
