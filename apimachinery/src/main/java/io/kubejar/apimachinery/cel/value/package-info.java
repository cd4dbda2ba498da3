/// The values that CEL expressions work on.
///
/// A [Value] is one of CEL's kinds. Lists and maps may be views of JSON trees, converted element by
/// element when they are looked at. A failure is a value too ([ErrorValue]): logical operators and
/// comprehensions go on past it, as the language demands.
@NullMarked
package io.kubejar.apimachinery.cel.value;

import org.jspecify.annotations.NullMarked;
