/// Custom resources' schemas and what is done with them: pure functions on JSON trees.
///
/// [StructuralSchema] is the compiled form of a version's `openAPIV3Schema`: immutable, parsed once
/// and shared. Each job is one walk over schema and value: dropping what the schema does not know,
/// filling in defaults, checking metadata, checking values, comparing with the old value, running
/// rules. The order in which the API server does them is that of upstream: coerce metadata, prune,
/// drop nulls, default; then validate.
@NullMarked
package io.kubejar.apimachinery.structural;

import org.jspecify.annotations.NullMarked;
