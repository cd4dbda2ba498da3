package io.kubejar.apiserver.customresources;

import io.kubejar.apimachinery.unstructured.Unstructured;
import io.kubejar.apimachinery.unstructured.UnstructuredCodec;
import io.kubejar.apiserver.registry.StoredForm;
import io.kubejar.storage.Value;

/// Custom resources as they are stored: JSON in the version that was the storage version when they
/// were written. They are read in whatever version is asked for.
///
/// @param version the version of the objects that come and go
/// @param storageVersion the apiVersion of what is written
record CustomForm(UnstructuredCodec version, String storageVersion, Converter converter)
    implements StoredForm<Unstructured> {

  @Override
  public Value encode(Unstructured object) {
    var bare = object.withMetadata(object.metadata().withResourceVersion(""));
    return Value.wrap(version.toJson(converter.convert(bare, storageVersion)));
  }

  @Override
  public Unstructured decode(Value value, long revision) {
    var stored = version.fromJson(value.array());
    var metadata = stored.metadata().withResourceVersion(Long.toString(revision));
    // Very old objects have no generation.
    var repaired = metadata.generation() == 0 ? metadata.withGeneration(1) : metadata;
    return converter.convert(stored.withMetadata(repaired), version.kind().apiVersion());
  }
}
