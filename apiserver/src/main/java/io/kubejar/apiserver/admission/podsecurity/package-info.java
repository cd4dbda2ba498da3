/// Pod Security: how much a namespace lets its pods do to the node they run on.
///
/// The levels, versions and checks are those of upstream's `pod-security-admission`.
@NullMarked
package io.kubejar.apiserver.admission.podsecurity;

import org.jspecify.annotations.NullMarked;
