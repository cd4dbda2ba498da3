package io.kubejar.apiserver.verbs;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import java.util.Base64;
import java.util.LinkedHashMap;

/// Where the next page of a list begins, in upstream's form.
///
/// @param revision the revision of the first page; negative to go on with whatever is newest
/// @param start the first key of the next page, below the list's prefix
record ContinueToken(long revision, String start) {
  private static final String VERSION = "meta.k8s.io/v1";

  String encode() {
    var fields = new LinkedHashMap<String, JsonValue>();
    fields.put("v", new JsonString(VERSION));
    fields.put("rv", JsonNumber.of(revision));
    fields.put("start", new JsonString(start));
    var json = JsonPrinter.printUtf8(new JsonObject(fields));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(json);
  }

  static ContinueToken decode(String token) {
    try {
      var json = JsonParser.parse(Base64.getUrlDecoder().decode(token));
      if (json instanceof JsonObject object) {
        var start = object.text("start");
        if (!object.text("v").equals(VERSION)) {
          throw refused(
              "server does not recognize this encoded version \"" + object.text("v") + "\"");
        }
        long revision = object.get("rv") instanceof JsonNumber number ? number.longValue() : 0;
        if (revision == 0) {
          throw refused("incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
        }
        if (start.isEmpty()) {
          throw refused("encoded start key empty (version meta.k8s.io/v1)");
        }
        if (start.startsWith("/") || start.contains("../") || start.contains("/./")) {
          throw refused("invalid encoded start key: " + start);
        }
        return new ContinueToken(revision, start);
      }
    } catch (IllegalArgumentException | JsonFormatException _) {
      // Said below.
    }
    throw refused("illegal base64 or JSON");
  }

  private static ApiException refused(String why) {
    return ApiException.badRequest("continue key is not valid: " + why);
  }
}
