package io.kubejar.apimachinery;

import io.kubejar.apimachinery.json.JsonReader;
import io.kubejar.apimachinery.json.JsonValue;
import io.kubejar.apimachinery.json.JsonWriter;
import io.kubejar.apimachinery.protobuf.ProtobufReader;
import io.kubejar.apimachinery.protobuf.ProtobufWriter;

/// Reads and writes one type in the wire formats of Kubernetes, byte for byte as upstream does.
///
/// Generated for every type of the schema; stateless.
public interface Codec<T> {

  T readJson(JsonReader in);

  void writeJson(T value, JsonWriter out);

  /// Reads fields up to the end of the message that the reader stands in.
  T readProtobuf(ProtobufReader in);

  /// Writes the fields, the last one first: the writer fills its buffer from the end.
  void writeProtobuf(T value, ProtobufWriter out);

  /// What Go calls the type, for messages.
  default String typeName() {
    return "object";
  }

  /// Whether the type is known when the program is built. The others have no protobuf form, and say
  /// their apiVersion and kind within lists too.
  default boolean typed() {
    return true;
  }

  /// Reads one JSON text and nothing after it; ignores fields that the type does not have.
  default T fromJson(byte[] utf8) {
    var in = JsonReader.of(utf8);
    T value = readJson(in);
    in.end();
    return value;
  }

  default T fromTree(JsonValue tree) {
    return readJson(JsonReader.of(tree));
  }

  default byte[] toJson(T value) {
    var out = JsonWriter.toBytes();
    writeJson(value, out);
    return out.bytes();
  }

  default JsonValue toTree(T value) {
    var out = JsonWriter.toTree();
    writeJson(value, out);
    return out.tree();
  }

  /// Reads a bare message, without the envelope of stored objects.
  default T fromProtobuf(byte[] message) {
    return readProtobuf(ProtobufReader.of(message));
  }

  /// Writes a bare message, without the envelope of stored objects.
  default byte[] toProtobuf(T value) {
    var out = new ProtobufWriter();
    writeProtobuf(value, out);
    return out.bytes();
  }
}
