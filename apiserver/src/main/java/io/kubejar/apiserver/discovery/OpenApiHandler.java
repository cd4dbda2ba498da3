package io.kubejar.apiserver.discovery;

import io.kubejar.api.openapi.OpenApi;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.http.Headers;
import io.kubejar.http.pki.Keys;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The OpenAPI documents: one of version 2, and one of version 3 for each group and version, with
/// entity tags, so that clients fetch each one once.
public final class OpenApiHandler {
  private static final String V3 = "/openapi/v3";
  private static final String JSON = "application/json";

  /// What Go clients ask for under a slightly different name.
  private static final String V2_PROTOBUF =
      "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

  /// The hash in a v3 URL names the content: it never changes.
  private static final String FOR_EVER = "public, immutable";

  private final OpenApi documents = new OpenApi();
  private volatile byte @Nullable [] v2;
  private volatile byte @Nullable [] v2Protobuf;

  /// Answers, if the path is one of the documents'.
  public Optional<Response> handle(Request request) {
    var path = request.path();
    if (path.equals("/openapi/v2") || path.equals("/openapi/v2/")) {
      return Optional.of(
          wantsProtobuf(request)
              ? tagged(request, V2_PROTOBUF, v2Protobuf(), "no-cache, private")
              : tagged(request, JSON, v2Bytes(), "no-cache, private"));
    }
    if (path.equals(V3) || path.equals(V3 + "/")) {
      var index = JsonPrinter.printUtf8(OpenApi.v3Index(documents.v3Hashes()));
      return Optional.of(tagged(request, JSON, index, "no-cache, private"));
    }
    if (!path.startsWith(V3 + "/")) {
      return Optional.empty();
    }
    boolean named = request.query().first("hash").isPresent();
    return documents
        .v3(path.substring(V3.length() + 1))
        .map(document -> tagged(request, JSON, document, named ? FOR_EVER : "no-cache, private"));
  }

  /// Made on the first request; two at once make the same.
  private byte[] v2Bytes() {
    var made = v2;
    if (made == null) {
      made = JsonPrinter.printUtf8(documents.v2());
      v2 = made;
    }
    return made;
  }

  private static boolean wantsProtobuf(Request request) {
    return request.headers().first("Accept").orElse("").contains("proto-openapi.spec.v2");
  }

  private byte[] v2Protobuf() {
    var made = v2Protobuf;
    if (made == null) {
      made = documents.v2Protobuf();
      v2Protobuf = made;
    }
    return made;
  }

  private static Response tagged(
      Request request, String contentType, byte[] body, String cacheControl) {
    var tag = '"' + Keys.fingerprint(body).toUpperCase(java.util.Locale.ROOT) + '"';
    var headers =
        Headers.of(
            "Content-Type",
            contentType,
            "ETag",
            tag,
            "Cache-Control",
            cacheControl,
            "Vary",
            "Accept");
    if (request.headers().lists("If-None-Match", tag)) {
      return new Response.Whole(304, headers, "".getBytes(StandardCharsets.UTF_8));
    }
    return new Response.Whole(200, headers, body);
  }
}
