/// Empties namespaces that are being deleted, and lets them go when nothing is left.
@NullMarked
package io.kubejar.controllers.namespace;

import org.jspecify.annotations.NullMarked;
