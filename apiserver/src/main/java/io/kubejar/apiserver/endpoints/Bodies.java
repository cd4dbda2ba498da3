package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonNumber;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonReader;
import io.kubejar.apimachinery.json.JsonString;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.json.Yaml;
import io.kubejar.apimachinery.protobuf.ProtobufEnvelope;
import io.kubejar.apimachinery.protobuf.ProtobufFormatException;
import io.kubejar.apiserver.request.Request;
import io.kubejar.apiserver.wire.FieldValidation;
import io.kubejar.apiserver.wire.OutputFormat;
import io.kubejar.http.BodyTooLargeException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Reads what clients send.
public final class Bodies {
  private static final int SUMMARY_MAX = 30;

  private Bodies() {}

  public static byte[] bytes(Request request) throws IOException {
    try {
      return request.exchange().body().readAllBytes();
    } catch (BodyTooLargeException tooLarge) {
      throw ApiException.requestEntityTooLarge("limit is " + tooLarge.limit());
    }
  }

  /// The body as an object of this kind.
  ///
  /// @throws ApiException 400 if it is none, 415 if it is in no known format
  public static <T> T read(
      Request request, GroupVersionKind kind, Codec<T> codec, FieldValidation validation)
      throws IOException {
    var encoding =
        OutputFormat.ofBody(request.headers().firstOr("Content-Type", ""), codec.typed());
    return read(request, bytes(request), encoding, new Expected<>(kind, codec, validation));
  }

  /// What a body should hold.
  record Expected<T>(GroupVersionKind kind, Codec<T> codec, FieldValidation validation) {}

  static <T> T read(
      Request request, byte[] body, OutputFormat.Encoding encoding, Expected<T> expected) {
    try {
      T value =
          switch (encoding) {
            case PROTOBUF -> protobuf(body, expected);
            case JSON -> json(request, body, expected);
            case YAML -> yaml(request, body, expected);
          };
      request.trail().sent(expected.kind, value, expected.codec);
      return value;
    } catch (JsonFormatException | ProtobufFormatException malformed) {
      throw undecodable(body, encoding, expected, String.valueOf(malformed.getMessage()));
    }
  }

  private static <T> T protobuf(byte[] body, Expected<T> expected) {
    var envelope = ProtobufEnvelope.read(body);
    checkKind(envelope.apiVersion(), envelope.kind(), expected);
    return envelope.decode(expected.codec);
  }

  private static <T> T json(Request request, byte[] body, Expected<T> expected) {
    var type = TypeMeta.of(body);
    checkKind(type.apiVersion(), type.kind(), expected);
    if (expected.validation == FieldValidation.IGNORE) {
      return expected.codec.fromJson(body);
    }
    var reader = JsonReader.strict(body);
    T value = expected.codec.readJson(reader);
    reader.end();
    complain(request, expected, reader.complaints());
    return value;
  }

  private static <T> T yaml(Request request, byte[] body, Expected<T> expected) {
    var duplicates = new ArrayList<String>();
    var tree =
        Yaml.parse(new String(body, java.nio.charset.StandardCharsets.UTF_8), duplicates::add);
    if (!(tree instanceof JsonObject object)) {
      throw new JsonFormatException("Object 'Kind' is missing");
    }
    checkKind(object.text("apiVersion"), object.text("kind"), expected);
    var reader = JsonReader.strict(tree);
    T value = expected.codec.readJson(reader);
    if (expected.validation != FieldValidation.IGNORE) {
      duplicates.addAll(reader.complaints());
      complain(request, expected, duplicates);
    }
    return value;
  }

  /// A body that is any JSON or YAML.
  static JsonValue tree(byte[] body, boolean yaml) {
    return tree(body, yaml, new ArrayList<>());
  }

  /// A body that is any JSON or YAML, for patches.
  ///
  /// @param repeated gets a complaint for every key that a YAML mapping sets twice
  static JsonValue tree(byte[] body, boolean yaml, List<String> repeated) {
    try {
      if (!yaml) {
        return JsonParser.parse(body);
      }
      var json = plainJson(body);
      return json.isPresent()
          ? json.get()
          : Yaml.parse(new String(body, java.nio.charset.StandardCharsets.UTF_8), repeated::add);
    } catch (JsonFormatException malformed) {
      throw ApiException.badRequest(
          yaml
              ? "error decoding YAML: " + malformed.getMessage()
              : String.valueOf(malformed.getMessage()));
    }
  }

  /// A body that says the same as JSON and as YAML: without names that repeat, numbers that YAML
  /// writes in its own way, and characters that it does not take. Most clients that may send YAML
  /// send JSON, and to read that as YAML takes several times as long.
  private static Optional<JsonValue> plainJson(byte[] body) {
    if (body.length == 0 || body[0] != '{') {
      return Optional.empty();
    }
    try {
      var repeated = new ArrayList<String>();
      var tree = JsonParser.parse(body, repeated::add);
      return repeated.isEmpty() && isPlain(tree) ? Optional.of(tree) : Optional.empty();
    } catch (JsonFormatException _) {
      return Optional.empty(); // What is wrong with it is told in the words of YAML.
    }
  }

  private static boolean isPlain(JsonValue value) {
    return switch (value) {
      case JsonObject(var fields) -> arePlain(fields.values());
      case JsonArray(var items) -> arePlain(items);
      case JsonNumber number -> number.isLong();
      case JsonString(var text) -> isPrintable(text);
      default -> true;
    };
  }

  /// A loop: the frames of a stream at each level of the deepest trees would overflow the stack.
  private static boolean arePlain(Collection<JsonValue> values) {
    for (var value : values) {
      if (!isPlain(value)) {
        return false;
      }
    }
    return true;
  }

  /// Neither control characters nor what stands for broken Unicode.
  private static boolean isPrintable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c >= 0x7F && c <= 0x9F) || c == 0xFFFD) {
        return false;
      }
    }
    return true;
  }

  private static <T> void complain(Request request, Expected<T> expected, List<String> complaints) {
    if (complaints.isEmpty()) {
      return;
    }
    if (expected.validation == FieldValidation.STRICT) {
      var kind = expected.kind;
      throw ApiException.badRequest(
          kind.kind()
              + " in version \""
              + kind.version()
              + "\" cannot be handled as a "
              + kind.kind()
              + ": strict decoding error: "
              + String.join(", ", complaints));
    }
    complaints.forEach(request.warnings()::add);
  }

  private static void checkKind(String apiVersion, String kind, Expected<?> expected) {
    var wanted = expected.kind;
    if (!apiVersion.isEmpty() && !apiVersion.equals(wanted.apiVersion())) {
      throw ApiException.badRequest(
          "the API version in the data ("
              + apiVersion
              + ") does not match the expected API version ("
              + wanted.apiVersion()
              + ")");
    }
    if (!kind.isEmpty() && !kind.equals(wanted.kind())) {
      throw ApiException.badRequest(
          kind
              + " in version \""
              + wanted.version()
              + "\" cannot be handled as a "
              + wanted.kind()
              + ": no kind \""
              + kind
              + "\" is registered for this resource");
    }
  }

  /// What upstream says about a body that it cannot read: with the kind if it could tell at least
  /// that.
  private static ApiException undecodable(
      byte[] body, OutputFormat.Encoding encoding, Expected<?> expected, String why) {
    var kind = expected.kind;
    boolean knowsKind =
        encoding == OutputFormat.Encoding.JSON && !TypeMeta.of(body).kind().isEmpty();
    if (knowsKind) {
      return ApiException.badRequest(
          kind.kind()
              + " in version \""
              + kind.version()
              + "\" cannot be handled as a "
              + kind.kind()
              + ": "
              + why);
    }
    return ApiException.badRequest(
        "the object provided is unrecognized (must be of type "
            + kind.kind()
            + "): "
            + why
            + " ("
            + summary(body)
            + ")");
  }

  private static String summary(byte[] body) {
    if (body.length == 0) {
      return "<empty>";
    }
    var hex = new StringBuilder();
    int shown = Math.min(body.length, SUMMARY_MAX);
    for (int i = 0; i < shown; i++) {
      hex.append(String.format("%02x", body[i]));
    }
    return shown < body.length ? hex + " ..." : hex.toString();
  }
}
