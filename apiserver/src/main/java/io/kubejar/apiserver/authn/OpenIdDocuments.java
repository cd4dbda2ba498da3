package io.kubejar.apiserver.authn;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;

/// What others need to verify service-account tokens by themselves.
public final class OpenIdDocuments {
  public static final String CONFIGURATION_PATH = "/.well-known/openid-configuration";
  public static final String KEYS_PATH = "/openid/v1/jwks";

  /// Keys change seldom, and old ones stay for longer than this.
  public static final String CACHE_CONTROL = "public, max-age=3600";

  public static final String KEYS_TYPE = "application/jwk-set+json";

  private final ServiceAccountTokens tokens;

  public OpenIdDocuments(ServiceAccountTokens tokens) {
    this.tokens = tokens;
  }

  /// The document at [#CONFIGURATION_PATH], as `application/json`.
  ///
  /// @param server where the keys can be fetched, such as `https://10.0.0.1:6443`
  public byte[] configuration(String server) {
    var document = new LinkedHashMap<String, JsonValue>();
    document.put("issuer", new JsonString(tokens.config().issuer()));
    document.put("jwks_uri", new JsonString(server + KEYS_PATH));
    document.put("response_types_supported", texts(List.of("id_token")));
    document.put("subject_types_supported", texts(List.of("public")));
    document.put(
        "id_token_signing_alg_values_supported",
        texts(tokens.keys().stream().map(SigningKey::algorithm).distinct().sorted().toList()));
    return JsonPrinter.printUtf8(new JsonObject(document));
  }

  /// The document at [#KEYS_PATH], as [#KEYS_TYPE].
  public byte[] keys() {
    var keys = new JsonArray(tokens.keys().stream().map(SigningKey::toJwk).toList());
    return JsonPrinter.printUtf8(JsonObject.of("keys", keys));
  }

  private static JsonArray texts(List<String> texts) {
    return new JsonArray(texts.stream().<JsonValue>map(JsonString::new).toList());
  }
}
