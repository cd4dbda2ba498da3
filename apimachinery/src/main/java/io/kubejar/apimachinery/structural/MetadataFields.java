package io.kubejar.apimachinery.structural;

import io.kubejar.apimachinery.json.JsonFormatException;
import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonReader;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.meta.v1.ObjectMeta;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Metadata read from a tree and written back: what it has no field for is gone.
///
/// @param unknown the paths of what is gone, below the metadata
record MetadataFields(ObjectMeta metadata, List<String> unknown) {
  private static final String UNKNOWN = "unknown field \"";

  /// Reads metadata.
  ///
  /// @throws JsonFormatException if a field is of a wrong type
  static MetadataFields read(JsonValue metadata) {
    var in = JsonReader.strict(metadata);
    var read = ObjectMeta.CODEC.readJson(in);
    var unknown = new ArrayList<String>();
    for (var complaint : in.complaints()) {
      if (complaint.startsWith(UNKNOWN)) {
        unknown.add(complaint.substring(UNKNOWN.length(), complaint.length() - 1));
      }
    }
    return new MetadataFields(read, unknown);
  }

  /// Reads what can be read of metadata; null if it is no object at all.
  static @Nullable MetadataFields readLeniently(JsonValue metadata) {
    try {
      return read(metadata);
    } catch (JsonFormatException wrong) {
      return metadata instanceof JsonObject object
          ? read(TreeEdits.fields(object, (name, value) -> isReadable(name, value) ? value : null))
          : null;
    }
  }

  private static boolean isReadable(String name, JsonValue value) {
    try {
      read(JsonObject.of(name, value));
      return true;
    } catch (JsonFormatException wrong) {
      return false;
    }
  }

  JsonValue tree() {
    return ObjectMeta.CODEC.toTree(metadata);
  }
}
