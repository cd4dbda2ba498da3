/// Users whom other identity providers vouch for: their signed tokens (JWT), as upstream's
/// `AuthenticationConfiguration` describes them.
///
/// [AuthenticationFile] is what the file says, [LiveAuthentication] what is in use right now;
/// [IssuerTokens] judges the tokens of one issuer, with the keys of [IssuerKeys] and the rules of
/// [ClaimMapping].
@NullMarked
package io.kubejar.apiserver.oidc;

import org.jspecify.annotations.NullMarked;
