package io.kubejar.apiserver.wire;

import io.kubejar.apimachinery.ApiException;
import java.util.Optional;

/// How a client wants its answer.
///
/// @param pretty whether JSON is indented for people
public record OutputFormat(Encoding encoding, Shape shape, boolean pretty) {

  /// Bytes on the wire.
  public enum Encoding {
    JSON(MediaType.JSON),
    YAML(MediaType.YAML),
    PROTOBUF(MediaType.PROTOBUF);

    private final String mediaType;

    Encoding(String mediaType) {
      this.mediaType = mediaType;
    }

    public String mediaType() {
      return mediaType;
    }
  }

  /// What is told of an object.
  public enum Shape {
    OBJECT,
    TABLE,
    METADATA,
    METADATA_LIST
  }

  private static final String SUPPORTED =
      String.join(", ", MediaType.JSON, MediaType.YAML, MediaType.PROTOBUF);

  public static final OutputFormat PLAIN_JSON =
      new OutputFormat(Encoding.JSON, Shape.OBJECT, false);

  /// Chooses by an `Accept` header, which may be empty.
  ///
  /// @param typed whether whole objects have a protobuf form; their metadata always has
  /// @throws ApiException 406 if nothing fits
  public static OutputFormat negotiate(String accept, boolean pretty, boolean typed) {
    return choose(accept, pretty, typed, true);
  }

  /// Likewise, for answers that nothing is stored of: they have no tables.
  ///
  /// @throws ApiException 406 if nothing fits
  public static OutputFormat negotiateWithoutTables(String accept, boolean pretty) {
    return choose(accept, pretty, true, false);
  }

  private static OutputFormat choose(String accept, boolean pretty, boolean typed, boolean tables) {
    if (accept.isBlank() || accept.equals(MediaType.JSON)) { // What nearly everybody sends.
      return new OutputFormat(Encoding.JSON, Shape.OBJECT, pretty);
    }
    for (var type : MediaType.accepted(accept)) {
      var encoding = encoding(type);
      var shape = shape(type);
      if (encoding.isPresent()
          && shape.isPresent()
          && (tables || shape.get() != Shape.TABLE)
          && (typed || exists(encoding.get(), shape.get()))) {
        boolean indented = pretty || type.parameter("pretty").equals("1");
        return new OutputFormat(encoding.get(), shape.get(), indented);
      }
    }
    throw ApiException.notAcceptable("only the following media types are accepted: " + SUPPORTED);
  }

  /// The encoding of a request's body.
  ///
  /// @param typed whether the expected type has a protobuf form
  /// @throws ApiException 415 if there is no such encoding
  public static Encoding ofBody(String contentType, boolean typed) {
    if (contentType.isBlank()) {
      return Encoding.JSON;
    }
    var type = MediaType.parse(contentType).type();
    for (var encoding : Encoding.values()) {
      if (encoding.mediaType.equals(type) && (typed || encoding != Encoding.PROTOBUF)) {
        return encoding;
      }
    }
    throw ApiException.unsupportedMediaType(
        "the body of the request was in an unknown format - accepted media types include: "
            + (typed ? SUPPORTED : MediaType.JSON + ", " + MediaType.YAML));
  }

  private static boolean exists(Encoding encoding, Shape shape) {
    return encoding != Encoding.PROTOBUF || shape != Shape.OBJECT;
  }

  private static Optional<Encoding> encoding(MediaType type) {
    return switch (type.type()) {
      case MediaType.JSON, "*/*", "application/*" -> Optional.of(Encoding.JSON);
      case MediaType.YAML -> Optional.of(Encoding.YAML);
      case MediaType.PROTOBUF -> Optional.of(Encoding.PROTOBUF);
      default -> Optional.empty();
    };
  }

  private static Optional<Shape> shape(MediaType type) {
    var as = type.parameter("as");
    if (as.isEmpty()) {
      return Optional.of(Shape.OBJECT);
    }
    if (!type.parameter("g").equals("meta.k8s.io") || !type.parameter("v").equals("v1")) {
      return Optional.empty();
    }
    return switch (as) {
      case "Table" ->
          type.type().equals(MediaType.PROTOBUF) ? Optional.empty() : Optional.of(Shape.TABLE);
      case "PartialObjectMetadata" -> Optional.of(Shape.METADATA);
      case "PartialObjectMetadataList" -> Optional.of(Shape.METADATA_LIST);
      default -> Optional.empty();
    };
  }
}
