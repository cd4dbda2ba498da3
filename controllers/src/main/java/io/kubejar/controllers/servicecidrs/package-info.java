/// The ranges of addresses for Services: when they are ready, and when they may go.
@NullMarked
package io.kubejar.controllers.servicecidrs;

import org.jspecify.annotations.NullMarked;
