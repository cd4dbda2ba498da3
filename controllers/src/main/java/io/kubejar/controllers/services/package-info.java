/// Which pods stand behind a Service, under which addresses and ports. What EndpointSlices and
/// Endpoints have in common.
@NullMarked
package io.kubejar.controllers.services;

import org.jspecify.annotations.NullMarked;
