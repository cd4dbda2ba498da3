/// Admission policies in CEL, and the match conditions of webhooks.
///
/// A policy is compiled once ([ValidatingPolicy]); a request is shown to its expressions as a
/// [RequestView], with parameters and lazily evaluated variables in an [Activation].
@NullMarked
package io.kubejar.apiserver.admission.policies;

import org.jspecify.annotations.NullMarked;
