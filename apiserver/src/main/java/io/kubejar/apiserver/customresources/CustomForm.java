package io.kubejar.apiserver.customresources;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.apimachinery.unstructured.UnstructuredCodec;
import io.kubejar.apiserver.registry.StoredForm;
import io.kubejar.storage.Value;
import java.util.Map;

/// Custom resources as they are stored: JSON in the version that was the storage version when they
/// were written. They are read in whatever version is asked for.
///
/// @param plain the version of the objects that come and go
/// @param storageVersion the apiVersion of what is written
/// @param schemas those of all versions, by apiVersion
record CustomForm(
    UnstructuredCodec plain,
    String storageVersion,
    Map<String, VersionSchema> schemas,
    Converter converter)
    implements StoredForm<Unstructured> {

  @Override
  public Value encode(Unstructured object) {
    var bare = object.withMetadata(object.metadata().withResourceVersion(""));
    return Value.wrap(plain.toJson(in(storageVersion, bare)));
  }

  /// What is missing is filled in now, as the schema may have learnt of it since.
  @Override
  public Unstructured decode(Value value, long revision) {
    var tree = plain.withTypeMeta((JsonObject) JsonParser.parse(value.array()));
    var schema = schemas.get(tree.text("apiVersion"));
    var stored = Unstructured.of(schema == null ? tree : schema.stored(tree));
    var metadata = stored.metadata().withResourceVersion(Long.toString(revision));
    var wanted = plain.kind().apiVersion();
    var converted = in(wanted, stored.withMetadata(metadata));
    var own = schemas.get(wanted);
    return own == null ? converted : Unstructured.of(own.defaulted(converted.tree()));
  }

  /// The object in another version, in the shape that this has.
  private Unstructured in(String apiVersion, Unstructured object) {
    if (object.apiVersion().equals(apiVersion)) {
      return object;
    }
    var converted = converter.convert(object, apiVersion);
    var schema = schemas.get(apiVersion);
    return schema == null ? converted : Unstructured.of(schema.received(converted.tree(), _ -> {}));
  }
}
