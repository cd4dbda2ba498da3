/// Tells the authors of ValidatingAdmissionPolicies which of their expressions do not fit the
/// objects that they are about.
@NullMarked
package io.kubejar.controllers.policystatus;

import org.jspecify.annotations.NullMarked;
