package io.kubejar.apiserver.discovery;

import io.kubejar.api.openapi.OpenApi;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.apiserver.verbs.Resources;
import io.kubejar.http.Headers;
import io.kubejar.http.pki.Keys;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
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
  private final CustomDocuments custom;
  private final RemoteOpenApi remote;
  private volatile @Nullable Swagger swagger;

  /// The document of version 2 in both formats.
  ///
  /// @param generation of the resources it shows
  /// @param parts what others added to it
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  private record Swagger(long generation, List<JsonObject> parts, byte[] json, byte[] protobuf) {}

  /// @param remote the documents of what others answer for
  public OpenApiHandler(Resources resources, RemoteOpenApi remote) {
    custom = new CustomDocuments(documents, resources);
    this.remote = remote;
  }

  /// Answers, if the path is one of the documents'.
  public Optional<Response> handle(Request request) {
    var path = request.path();
    if (path.equals("/openapi/v2") || path.equals("/openapi/v2/")) {
      return Optional.of(
          wantsProtobuf(request)
              ? tagged(request, V2_PROTOBUF, swagger().protobuf, "no-cache, private")
              : tagged(request, JSON, swagger().json, "no-cache, private"));
    }
    if (path.equals(V3) || path.equals(V3 + "/")) {
      return Optional.of(
          tagged(request, JSON, JsonPrinter.printUtf8(index()), "no-cache, private"));
    }
    if (!path.startsWith(V3 + "/")) {
      return Optional.empty();
    }
    boolean named = request.query().first("hash").isPresent();
    var name = path.substring(V3.length() + 1);
    return remote
        .document(request, name)
        .or(
            () ->
                documents
                    .v3(name)
                    .or(() -> custom.v3(name))
                    .map(
                        document ->
                            tagged(
                                request, JSON, document, named ? FOR_EVER : "no-cache, private")));
  }

  private JsonObject index() {
    var hashes = new TreeMap<>(custom.hashes());
    hashes.putAll(documents.v3Hashes());
    var own = OpenApi.v3Index(hashes);
    var paths = new TreeMap<>(own.object("paths").fields());
    remote
        .paths()
        .forEach(
            (path, url) ->
                paths.put(path, JsonObject.of("serverRelativeURL", new JsonString(url))));
    return own.with("paths", new JsonObject(paths));
  }

  /// Made at the first request after a change; two at once make the same.
  private Swagger swagger() {
    var parts = remote.parts();
    long generation = custom.generation();
    var known = swagger;
    if (known != null && known.generation == generation && known.parts.equals(parts)) {
      return known;
    }
    var document = SwaggerMerge.merged(custom.v2(), parts);
    var json = JsonPrinter.printUtf8(document);
    var fresh = new Swagger(generation, parts, json, OpenApi.v2Protobuf(document));
    swagger = fresh;
    return fresh;
  }

  private static boolean wantsProtobuf(Request request) {
    return request.headers().first("Accept").orElse("").contains("proto-openapi.spec.v2");
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
