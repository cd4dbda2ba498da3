/// Who may approve and sign which certificates.
@NullMarked
package io.kubejar.apiserver.admission.certificates;

import org.jspecify.annotations.NullMarked;
