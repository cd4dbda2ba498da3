package io.kubejar.apimachinery.apply;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.schema.TypeSchema;
import java.util.Optional;

/// The other versions of a kind, in which fields may have other names.
@FunctionalInterface
public interface Versions {
  /// For kinds that have only one version: entries of others are from a time that is over, and are
  /// dropped.
  Versions NONE = (object, apiVersion) -> Optional.empty();

  /// The object in this version, and the type it has there; nothing if there is no such version.
  /// Custom resources may be converted by a program elsewhere, for which this waits.
  Optional<Versioned> convert(JsonObject object, String apiVersion) throws InterruptedException;

  /// An object with its type.
  record Versioned(JsonObject object, TypeSchema type) {}
}
