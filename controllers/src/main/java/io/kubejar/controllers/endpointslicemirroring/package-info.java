/// Copies Endpoints that somebody else keeps, for Services without a selector, into EndpointSlices,
/// so that whoever reads slices sees them too.
///
/// [Repacked] brings the subsets into their simplest form, [Mirrored] says what the slices should
/// hold, [MirrorPlan] how to get there with the fewest writes.
@NullMarked
package io.kubejar.controllers.endpointslicemirroring;

import org.jspecify.annotations.NullMarked;
