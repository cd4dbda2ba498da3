/// Keeps the EndpointSlices of Services: which pods stand behind each, in slices of bounded size.
///
/// [WantedEndpoints] says what there should be, [SlicePlan] how to get there with the fewest
/// writes.
@NullMarked
package io.kubejar.controllers.endpointslice;

import org.jspecify.annotations.NullMarked;
