@NullMarked
package io.kubejar.simulation;

import org.jspecify.annotations.NullMarked;
