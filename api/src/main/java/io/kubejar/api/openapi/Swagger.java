package io.kubejar.api.openapi;

import io.kubejar.apimachinery.json.JsonArray;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonString;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The one document of version 2, put together from parts while it is sent. Of two paths or
/// definitions with one name the one of the earlier part stays.
public final class Swagger {
  private static final int PATHS = 8;
  private static final int DEFINITIONS = 9;
  private static final int DELIMITED = 2;

  private static final JsonObject INFO =
      new Tree().put("title", "Kubernetes").put("version", "v1.36.0").build();

  private final Map<String, SwaggerEntry> paths = new TreeMap<>();
  private final Map<String, SwaggerEntry> definitions = new TreeMap<>();
  private final String hash;

  public Swagger(List<SwaggerPart> parts) {
    var digest = digest();
    for (var part : parts) {
      part.paths().forEach(paths::putIfAbsent);
      part.definitions().forEach(definitions::putIfAbsent);
      digest.update(part.hash().getBytes(StandardCharsets.UTF_8));
    }
    hash = HexFormat.of().withUpperCase().formatHex(digest.digest());
  }

  /// A text that changes when the document does.
  public String hash() {
    return hash;
  }

  public void writeJson(OutputStream out) throws IOException {
    out.write(utf8("{\"swagger\":\"2.0\",\"info\":" + JsonPrinter.print(INFO) + ",\"paths\":{"));
    write(paths, out);
    out.write(utf8("},\"definitions\":{"));
    write(definitions, out);
    var rest = JsonPrinter.print(rest());
    out.write(utf8("}," + rest.substring(1)));
  }

  private static void write(Map<String, SwaggerEntry> entries, OutputStream out)
      throws IOException {
    var before = "";
    for (var entry : entries.entrySet()) {
      out.write(utf8(before + JsonPrinter.print(new JsonString(entry.getKey())) + ":"));
      out.write(entry.getValue().json());
      before = ",";
    }
  }

  /// For `application/com.github.proto-openapi.spec.v2@v1.0+protobuf`: what Go clients ask for.
  public void writeProtobuf(OutputStream out) throws IOException {
    out.write(GnosticWriter.head("2.0", INFO));
    writeProtobuf(PATHS, paths, out);
    writeProtobuf(DEFINITIONS, definitions, out);
    out.write(GnosticWriter.tail(rest()));
  }

  private static void writeProtobuf(int field, Map<String, SwaggerEntry> entries, OutputStream out)
      throws IOException {
    long length = 0;
    for (var entry : entries.values()) {
      length += entry.protobuf().length;
    }
    out.write(field << 3 | DELIMITED);
    long left = length;
    for (; left >= 0x80; left >>>= 7) {
      out.write((int) ((left & 0x7f) | 0x80));
    }
    out.write((int) left);
    for (var entry : entries.values()) {
      out.write(entry.protobuf());
    }
  }

  /// What comes after the definitions.
  private static JsonObject rest() {
    return new Tree()
        .put("securityDefinitions", OpenApi.securitySchemes())
        .put("security", JsonArray.of(JsonObject.of("BearerToken", JsonArray.EMPTY)))
        .build();
  }

  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
