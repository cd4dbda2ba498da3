/// Who is asking: client certificates and service-account tokens become a
/// [io.kubejar.apiserver.authn.UserInfo].
@NullMarked
package io.kubejar.apiserver.authn;

import org.jspecify.annotations.NullMarked;
