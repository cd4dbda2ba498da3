/// A small cluster in memory for the tests of controllers.
@NullMarked
package io.kubejar.controllers.testing;

import org.jspecify.annotations.NullMarked;
