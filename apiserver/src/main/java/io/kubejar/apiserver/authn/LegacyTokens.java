package io.kubejar.apiserver.authn;

import io.kubejar.api.core.v1.ServiceAccount;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apiserver.authn.TokenAuthenticator.Outcome;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.List;

/// Tokens without an end, which live in secrets and are good as long as their secret is.
final class LegacyTokens {
  static final String ISSUER = "kubernetes/serviceaccount";
  static final String TOKEN_KEY = "token";

  private static final String NAMESPACE = ISSUER + "/namespace";
  private static final String SECRET_NAME = ISSUER + "/secret.name";
  private static final String ACCOUNT_NAME = ISSUER + "/service-account.name";
  private static final String ACCOUNT_UID = ISSUER + "/service-account.uid";

  private final BoundObjects objects;

  LegacyTokens(BoundObjects objects) {
    this.objects = objects;
  }

  static JsonObject claims(ServiceAccount account, String secretName) {
    var meta = account.metadata();
    var claims = new LinkedHashMap<String, JsonValue>();
    claims.put("iss", new JsonString(ISSUER));
    claims.put(NAMESPACE, new JsonString(meta.namespace()));
    claims.put(SECRET_NAME, new JsonString(secretName));
    claims.put(ACCOUNT_NAME, new JsonString(meta.name()));
    claims.put(ACCOUNT_UID, new JsonString(meta.uid()));
    claims.put("sub", new JsonString(ServiceAccounts.userName(meta.namespace(), meta.name())));
    return new JsonObject(claims);
  }

  Outcome judge(String token, JsonObject claims, List<String> audiences) {
    var namespace = claims.text(NAMESPACE);
    var name = claims.text(ACCOUNT_NAME);
    var uid = claims.text(ACCOUNT_UID);
    if (!claims.text("sub").equals(ServiceAccounts.userName(namespace, name)) || uid.isEmpty()) {
      return new Outcome.Refused("the token's claims do not fit together");
    }
    var secret = objects.secret(namespace, claims.text(SECRET_NAME));
    if (secret.isEmpty() || secret.get().metadata().deletionTimestamp() != null) {
      return new Outcome.Refused("the token's secret is gone");
    }
    var stored = secret.get().data().get(TOKEN_KEY);
    if (stored == null
        || !MessageDigest.isEqual(stored.toArray(), token.getBytes(StandardCharsets.UTF_8))) {
      return new Outcome.Refused("the token's secret holds another token");
    }
    var account = objects.serviceAccount(namespace, name);
    if (account.isEmpty() || account.get().metadata().deletionTimestamp() != null) {
      return new Outcome.Refused("the token's service account is gone");
    }
    if (!account.get().metadata().uid().equals(uid)) {
      return new Outcome.Refused("the token's service account is another one now");
    }
    return new Outcome.Known(ServiceAccounts.user(namespace, name, uid), audiences);
  }
}
