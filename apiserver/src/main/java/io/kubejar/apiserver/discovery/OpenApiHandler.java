package io.kubejar.apiserver.discovery;

import io.kubejar.api.openapi.OpenApi;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
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
  private volatile @Nullable Swagger swagger;

  /// The document of version 2. Its second format is made when somebody asks for it.
  private static final class Swagger {
    private final long generation;
    private final List<JsonObject> parts;
    private final byte[] json;
    private final String tag;
    private volatile byte @Nullable [] protobuf;

    /// @param generation of the resources it shows
    /// @param parts what others added to it
    Swagger(long generation, List<JsonObject> parts, byte[] json) {
      this.generation = generation;
      this.parts = parts;
      this.json = json;
      tag = tag(json);
    }

    byte[] protobuf() {
      var known = protobuf;
      if (known == null) {
        known = OpenApi.v2Protobuf((JsonObject) JsonParser.parse(json));
        protobuf = known;
      }
      return known;
    }
  }

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
    boolean known = request.headers().lists("If-None-Match", document.tag);
    return wantsProtobuf(request)
        ? tagged(known, V2_PROTOBUF, known ? NOTHING : document.protobuf(), document.tag)
        : tagged(known, JSON, known ? NOTHING : document.json, document.tag);
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
    var fresh = new Swagger(generation, parts, JsonPrinter.printUtf8(document));
    swagger = fresh;
    return fresh;
  }

  private static boolean wantsProtobuf(Request request) {
    return request.headers().first("Accept").orElse("").contains("proto-openapi.spec.v2");
  }

  private static Response tagged(boolean known, String type, byte[] body, String tag) {
    var headers =
        Headers.of("Content-Type", type, "ETag", tag, "Cache-Control", CHECKED, "Vary", "Accept");
    return new Response.Whole(known ? 304 : 200, headers, body);
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
