package io.kubejar.apimachinery.protobuf;

import io.kubejar.apimachinery.Bytes;
import io.kubejar.apimachinery.Codec;
import io.kubejar.apimachinery.KubernetesObject;

/// What surrounds an object in protobuf: four magic bytes and a `runtime.Unknown` that names the
/// type.
public record ProtobufEnvelope(
    String apiVersion, String kind, Bytes raw, String contentEncoding, String contentType) {
  private static final byte[] MAGIC = {'k', '8', 's', 0};

  /// Whether the bytes begin as an envelope does.
  public static boolean isOne(byte[] bytes) {
    if (bytes.length < MAGIC.length) {
      return false;
    }
    for (int i = 0; i < MAGIC.length; i++) {
      if (bytes[i] != MAGIC[i]) {
        return false;
      }
    }
    return true;
  }

  /// @throws ProtobufFormatException if it is none
  public static ProtobufEnvelope read(byte[] bytes) {
    if (!isOne(bytes)) {
      throw new ProtobufFormatException(
          "provided data does not appear to be a protobuf message, expected prefix k8s\\0");
    }
    var in = ProtobufReader.of(bytes, MAGIC.length, bytes.length);
    String apiVersion = "";
    String kind = "";
    Bytes raw = Bytes.EMPTY;
    String contentEncoding = "";
    String contentType = "";
    for (int field = in.nextField(); field != 0; field = in.nextField()) {
      switch (field) {
        case 1 -> {
          int outer = in.beginMessage();
          for (int inner = in.nextField(); inner != 0; inner = in.nextField()) {
            switch (inner) {
              case 1 -> apiVersion = in.string();
              case 2 -> kind = in.string();
              default -> in.skip();
            }
          }
          in.endMessage(outer);
        }
        case 2 -> raw = in.bytes();
        case 3 -> contentEncoding = in.string();
        case 4 -> contentType = in.string();
        default -> in.skip();
      }
    }
    return new ProtobufEnvelope(apiVersion, kind, raw, contentEncoding, contentType);
  }

  /// An object with its envelope, as it is stored and sent.
  public static <T extends KubernetesObject> byte[] write(T object, Codec<T> codec) {
    return write(object.apiVersion(), object.kind(), object, codec);
  }

  /// Likewise for what has no metadata of its own, such as a list.
  public static <T> byte[] write(String apiVersion, String kind, T value, Codec<T> codec) {
    var out = new ProtobufWriter();
    out.string(4, "");
    out.string(3, "");
    out.message(2, value, codec);
    int mark = out.size();
    out.string(2, kind);
    out.string(1, apiVersion);
    out.endMessage(1, mark);
    var message = out.bytes();
    var bytes = new byte[MAGIC.length + message.length];
    System.arraycopy(MAGIC, 0, bytes, 0, MAGIC.length);
    System.arraycopy(message, 0, bytes, MAGIC.length, message.length);
    return bytes;
  }

  /// Reads the object inside, of a type that the caller knows.
  public <T> T decode(Codec<T> codec) {
    return codec.fromProtobuf(raw.toArray());
  }
}
