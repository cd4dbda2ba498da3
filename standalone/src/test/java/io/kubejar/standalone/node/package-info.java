/// Tests of a node's wiring.
@NullMarked
package io.kubejar.standalone.node;

import org.jspecify.annotations.NullMarked;
