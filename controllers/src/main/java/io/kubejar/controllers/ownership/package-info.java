/// Who controls what: controller references, and how a controller takes orphans in and lets go of
/// what is not its own.
@NullMarked
package io.kubejar.controllers.ownership;

import org.jspecify.annotations.NullMarked;
