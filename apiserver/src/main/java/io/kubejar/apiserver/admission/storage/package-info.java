/// Admission of claims and volumes.
@NullMarked
package io.kubejar.apiserver.admission.storage;

import org.jspecify.annotations.NullMarked;
