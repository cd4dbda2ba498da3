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
import java.util.stream.Stream;

/// Where the next page of a list begins, in upstream's form.
///
/// @param revision the revision of the first page; negative to go on with whatever is newest
/// @param start the first key of the next page, below the list's prefix
record ContinueToken(long revision, String start) {
  private static final String VERSION = "meta.k8s.io/v1";
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  String encode() {
    var fields = new LinkedHashMap<String, JsonValue>();
    fields.put("v", new JsonString(VERSION));
    fields.put("rv", JsonNumber.of(revision));
    fields.put("start", new JsonString(start));
    var json = JsonPrinter.printUtf8(new JsonObject(fields));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(json);
  }

  /// @throws ApiException 400 if this is no token of ours
  static ContinueToken decode(String token) {
    var fields = fields(token);
    var version = fields.text("v");
    if (!version.equals(VERSION)) {
      throw refused(": server does not recognize this encoded version " + version);
    }
    long revision = fields.get("rv") instanceof JsonNumber number ? number.longValue() : 0;
    if (revision == 0) {
      throw refused(": incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
    }
    var start = fields.text("start");
    if (start.isEmpty()) {
      throw refused(": encoded start key empty (version meta.k8s.io/v1)");
    }
    if (!isClean(start)) {
      throw refused(": " + start);
    }
    return new ContinueToken(revision, start.startsWith("/") ? start.substring(1) : start);
  }

  private static JsonObject fields(String token) {
    long sound = token.chars().takeWhile(it -> ALPHABET.indexOf(it) >= 0).count();
    if (sound < token.length() || sound % 4 == 1) {
      long at = sound < token.length() ? sound : sound - 1;
      throw refused(": illegal base64 data at input byte " + at);
    }
    try {
      if (JsonParser.parse(Base64.getUrlDecoder().decode(token)) instanceof JsonObject fields) {
        return fields;
      }
      throw refused(": not an object");
    } catch (JsonFormatException malformed) {
      throw refused(": " + malformed.getMessage());
    }
  }

  /// Nobody may leave the list's own prefix.
  private static boolean isClean(String path) {
    var below = path.startsWith("/") ? path.substring(1) : path;
    return Stream.of(below.split("/", -1))
        .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
  }

  private static ApiException refused(String why) {
    return ApiException.badRequest("invalid continue token: continue key is not valid" + why);
  }
}
