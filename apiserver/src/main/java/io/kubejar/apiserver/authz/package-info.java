/// Who may do what: RBAC, the node authorizer, and what upstream grants from the start.
@NullMarked
package io.kubejar.apiserver.authz;

import org.jspecify.annotations.NullMarked;
