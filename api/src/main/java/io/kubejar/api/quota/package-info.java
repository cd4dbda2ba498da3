/// What objects use of a ResourceQuota: the API server charges by it, the controller counts by it.
///
/// The rules are those of upstream's `pkg/quota/v1`.
@NullMarked
package io.kubejar.api.quota;

import org.jspecify.annotations.NullMarked;
