/// Deletes what its owners have left behind.
///
/// There is no graph beside the caches: the informers' index by owner is the graph. [OwnerVerdict]
/// decides about one object, [GarbageCollector] carries it out, [GarbageCollectorController]
/// notices what to look at.
@NullMarked
package io.kubejar.controllers.garbage;

import org.jspecify.annotations.NullMarked;
