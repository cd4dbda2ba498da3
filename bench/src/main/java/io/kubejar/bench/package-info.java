/// The benchmarks: how fast and how small Kubejar is on this machine, with the conditions written
/// beside every number.
@NullMarked
package io.kubejar.bench;

import org.jspecify.annotations.NullMarked;
