package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.protobuf.ProtobufEnvelope;
import io.kubejar.apiserver.request.Query;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.request.Response;
import io.kubejar.apiserver.wire.OutputFormat;
import io.kubejar.http.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Turns values into answers.
public final class Answers {
  private static final Headers NO_CACHE = Headers.of("Cache-Control", "no-cache, private");

  private Answers() {}

  /// What the client wants to get.
  public static OutputFormat format(Request request) {
    return format(request, true);
  }

  /// What the client wants to get of objects whose type is known, or not.
  static OutputFormat format(Request request, boolean typed) {
    var accept = request.headers().firstOr("Accept", "");
    return OutputFormat.negotiate(accept, pretty(request), typed);
  }

  /// What the client wants to get of an answer that has no table.
  static OutputFormat formatWithoutTables(Request request) {
    var accept = request.headers().firstOr("Accept", "");
    return OutputFormat.negotiateWithoutTables(accept, pretty(request));
  }

  /// People who look with a browser or curl get indented JSON.
  private static boolean pretty(Request request) {
    Query query = request.query();
    if (query.contains("pretty")) {
      var value = query.firstOr("pretty", "");
      return !value.equals("false") && !value.equals("0");
    }
    var agent = request.headers().firstOr("User-Agent", "").toLowerCase(Locale.ROOT);
    return agent.startsWith("curl") || agent.startsWith("wget") || agent.startsWith("mozilla/5.0");
  }

  /// A value of a type that says its apiVersion and kind itself in JSON.
  public static <T> Response of(
      OutputFormat format, int status, String apiVersion, String kind, T value, Codec<T> codec) {
    return switch (format.encoding()) {
      case JSON -> json(format, status, codec.toJson(value));
      case YAML -> yaml(status, codec.toTree(value));
      case PROTOBUF ->
          whole(format, status, ProtobufEnvelope.write(apiVersion, kind, value, codec));
    };
  }

  /// JSON text, indented if wanted.
  public static Response json(OutputFormat format, int status, byte[] json) {
    if (format.encoding() == OutputFormat.Encoding.YAML) {
      return yaml(status, JsonParser.parse(json));
    }
    var body = format.pretty() ? Pretty.indented(JsonParser.parse(json)) : json;
    return new Response.Whole(
        status, NO_CACHE.with("Content-Type", OutputFormat.Encoding.JSON.mediaType()), body);
  }

  static Response whole(OutputFormat format, int status, byte[] body) {
    return new Response.Whole(
        status, NO_CACHE.with("Content-Type", format.encoding().mediaType()), body);
  }

  /// An answer that is put together while it is sent, unless it is so small that it is made at
  /// once.
  static Response composed(OutputFormat format, boolean small, Response.Body body) {
    var headers = NO_CACHE.with("Content-Type", format.encoding().mediaType());
    var composed = new Response.Composed(200, headers, body);
    try {
      return small ? composed.whole() : composed;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("writing to memory failed", e);
    }
  }

  /// An object that is served in JSON and YAML alone.
  public static Response document(boolean asYaml, JsonObject tree) {
    return asYaml
        ? yaml(200, tree)
        : json(OutputFormat.PLAIN_JSON, 200, JsonPrinter.printUtf8(tree));
  }

  private static Response yaml(int status, JsonValue tree) {
    var body = YamlWriter.write(tree).getBytes(StandardCharsets.UTF_8);
    return new Response.Whole(
        status, NO_CACHE.with("Content-Type", OutputFormat.Encoding.YAML.mediaType()), body);
  }
}
