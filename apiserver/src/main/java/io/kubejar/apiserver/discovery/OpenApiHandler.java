package io.kubejar.apiserver.discovery;

import io.kubejar.api.openapi.OpenApi;
import io.kubejar.api.openapi.Swagger;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.apiserver.verbs.Resources;
import io.kubejar.http.Headers;
import io.kubejar.http.pki.Keys;
import java.util.List;
import java.util.Locale;
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

  /// Every use asks first whether it is still true.
  private static final String CHECKED = "no-cache, private";

  private static final byte[] NOTHING = new byte[0];

  private final OpenApi documents = new OpenApi();
  private final CustomDocuments custom;
  private final RemoteOpenApi remote;
  private volatile @Nullable Version2 version2;

  /// The document of version 2 as it was put together last.
  ///
  /// @param generation of the resources it shows
  /// @param others what others added to it
  private record Version2(long generation, List<JsonObject> others, Swagger swagger) {}

  /// @param remote the documents of what others answer for
  public OpenApiHandler(Resources resources, RemoteOpenApi remote) {
    custom = new CustomDocuments(documents, resources);
    this.remote = remote;
  }

  /// Answers, if the path is one of the documents'.
  public Optional<Response> handle(Request request) {
    var path = request.path();
    if (path.equals("/openapi/v2") || path.equals("/openapi/v2/")) {
      return Optional.of(version2(request));
    }
    if (path.equals(V3) || path.equals(V3 + "/")) {
      return Optional.of(tagged(request, JSON, JsonPrinter.printUtf8(index()), CHECKED));
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
                    .map(document -> tagged(request, JSON, document, named ? FOR_EVER : CHECKED)));
  }

  /// Both formats have the same tag: they differ by `Vary`.
  private Response version2(Request request) {
    var document = swagger();
    var tag = '"' + document.hash() + '"';
    boolean protobuf = wantsProtobuf(request);
    var headers =
        Headers.of(
            "Content-Type",
            protobuf ? V2_PROTOBUF : JSON,
            "ETag",
            tag,
            "Cache-Control",
            CHECKED,
            "Vary",
            "Accept");
    if (request.headers().lists("If-None-Match", tag)) {
      return new Response.Whole(304, headers, NOTHING);
    }
    return new Response.Composed(
        200, headers, protobuf ? document::writeProtobuf : document::writeJson);
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

  /// Put together at the first request after a change, from parts of which only those that changed
  /// are made anew; two at once make the same.
  private Swagger swagger() {
    var others = remote.parts();
    long generation = custom.generation();
    var known = version2;
    if (known != null && known.generation == generation && known.others.equals(others)) {
      return known.swagger;
    }
    var swagger = new Swagger(SwaggerMerge.merged(custom.v2(), others));
    version2 = new Version2(generation, others, swagger);
    return swagger;
  }

  private static boolean wantsProtobuf(Request request) {
    return request.headers().first("Accept").orElse("").contains("proto-openapi.spec.v2");
  }

  private static String tag(byte[] body) {
    return '"' + Keys.fingerprint(body).toUpperCase(Locale.ROOT) + '"';
  }

  private static Response tagged(
      Request request, String contentType, byte[] body, String cacheControl) {
    var tag = tag(body);
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
      return new Response.Whole(304, headers, NOTHING);
    }
    return new Response.Whole(200, headers, body);
  }
}
