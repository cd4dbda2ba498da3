/// ResourceQuota: what a namespace may use is charged before it is stored.
@NullMarked
package io.kubejar.apiserver.admission.quota;

import org.jspecify.annotations.NullMarked;
