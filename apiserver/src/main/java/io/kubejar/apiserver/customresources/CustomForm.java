package io.kubejar.apiserver.customresources;

import io.kubejar.apimachinery.GroupVersionKind;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonParser;
import io.kubejar.apimachinery.json.JsonReader;
import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.apimachinery.unstructured.UnstructuredCodec;
import io.kubejar.apiserver.registry.StoredForm;
import io.kubejar.storage.Value;
import java.util.ArrayList;
import java.util.List;
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
  public GroupVersionKind storedAs() {
    return GroupVersionKind.parse(storageVersion, plain.kind().kind());
  }

  @Override
  public Value encode(Unstructured object) {
    var bare = object.withMetadata(object.metadata().withResourceVersion(""));
    return Value.wrap(plain.toJson(in(storageVersion, bare)));
  }

  /// What is missing is filled in now, as the schema may have learnt of it since.
  @Override
  public Unstructured decode(Value value, long revision) {
    return completed(in(plain.kind().apiVersion(), stored(value, revision)));
  }

  /// The object as it was stored, in the shape that its version has.
  private Unstructured stored(Value value, long revision) {
    var tree = plain.withTypeMeta((JsonObject) JsonParser.parse(value.array()));
    var schema = schemas.get(tree.text("apiVersion"));
    var stored = Unstructured.of(schema == null ? tree : schema.stored(tree));
    var metadata = stored.metadata().withResourceVersion(Long.toString(revision));
    return stored.withMetadata(metadata);
  }

  private Unstructured completed(Unstructured object) {
    var own = schemas.get(object.apiVersion());
    return own == null ? object : Unstructured.of(own.defaulted(object.tree()));
  }

  @Override
  public boolean maySlowDown() {
    return converter.isSlow();
  }

  /// Only what was stored in another version has to be converted.
  @Override
  public boolean isSlow(Value value) {
    return converter.isSlow() && !apiVersion(value).equals(plain.kind().apiVersion());
  }

  private static String apiVersion(Value value) {
    var in = JsonReader.of(value.array());
    if (in.beginObject("runtime.TypeMeta")) {
      for (var name = in.nextName(); name != null; name = in.nextName()) {
        if (name.equals("apiVersion")) {
          return in.string();
        }
        in.skip();
      }
    }
    return "";
  }

  /// A webhook is asked once for all of them.
  @Override
  public List<Unstructured> decodeAll(List<Value> values, List<Long> revisions) {
    var stored = new ArrayList<Unstructured>();
    for (int i = 0; i < values.size(); i++) {
      stored.add(stored(values.get(i), revisions.get(i)));
    }
    var wanted = plain.kind().apiVersion();
    return converter.convert(stored, wanted).stream()
        .map(object -> completed(shaped(wanted, object)))
        .toList();
  }

  /// The object in another version, in the shape that this has.
  private Unstructured in(String apiVersion, Unstructured object) {
    if (object.apiVersion().equals(apiVersion)) {
      return object;
    }
    return shaped(apiVersion, converter.convert(object, apiVersion));
  }

  private Unstructured shaped(String apiVersion, Unstructured converted) {
    var schema = schemas.get(apiVersion);
    return schema == null ? converted : Unstructured.of(schema.received(converted.tree(), _ -> {}));
  }
}
