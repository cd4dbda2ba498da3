/// Keeps the older Endpoints objects, one per Service, for clients that do not read EndpointSlices.
@NullMarked
package io.kubejar.controllers.endpoints;

import org.jspecify.annotations.NullMarked;
