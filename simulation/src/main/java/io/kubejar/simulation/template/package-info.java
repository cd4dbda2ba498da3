/// The part of Go's text templates that stages of simulated objects are written in. Start reading
/// at [GoTemplate].
@NullMarked
package io.kubejar.simulation.template;

import org.jspecify.annotations.NullMarked;
