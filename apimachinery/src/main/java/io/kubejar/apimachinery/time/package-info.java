/// Time as something that is passed in: now, timers, and state machines that are stepped from
/// outside.
///
/// Nothing but a `Main` reads the machine's clock. Everything else gets a [Clock]; tests and
/// simulations give it a [VirtualClock]. What would be a thread elsewhere is a [Steppable] here,
/// and its thread a [StepLoop].
@NullMarked
package io.kubejar.apimachinery.time;

import org.jspecify.annotations.NullMarked;
