/// The audit log: who asked for what, when, and how it went. A [Policy] says how much is recorded
/// of which request; an [AuditSink] takes the events, which are those of `audit.k8s.io/v1`.
@NullMarked
package io.kubejar.apiserver.audit;

import org.jspecify.annotations.NullMarked;
