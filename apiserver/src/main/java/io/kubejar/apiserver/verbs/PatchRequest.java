package io.kubejar.apiserver.verbs;

import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apiserver.wire.FieldValidation;
import java.util.List;
import java.util.Optional;

/// A change as a client describes it.
///
/// @param force whether an apply takes fields over from other managers
/// @param fieldValidation what to do about fields that the patched type does not have
/// @param repeated a complaint for every key that the body sets twice
public record PatchRequest(
    Type type,
    JsonValue body,
    boolean force,
    FieldValidation fieldValidation,
    List<String> repeated) {
  public PatchRequest {
    repeated = List.copyOf(repeated);
  }

  public PatchRequest(Type type, JsonValue body) {
    this(type, body, false, FieldValidation.IGNORE);
  }

  /// A patch in whose body every key is set once.
  public PatchRequest(Type type, JsonValue body, boolean force, FieldValidation fieldValidation) {
    this(type, body, force, fieldValidation, List.of());
  }

  /// The four ways to describe a change.
  public enum Type {
    JSON("application/json-patch+json"),
    MERGE("application/merge-patch+json"),
    STRATEGIC("application/strategic-merge-patch+json"),
    APPLY("application/apply-patch+yaml");

    private final String mediaType;

    Type(String mediaType) {
      this.mediaType = mediaType;
    }

    public String mediaType() {
      return mediaType;
    }

    public static Optional<Type> of(String mediaType) {
      for (var type : values()) {
        if (type.mediaType.equals(mediaType)) {
          return Optional.of(type);
        }
      }
      return Optional.empty();
    }
  }
}
