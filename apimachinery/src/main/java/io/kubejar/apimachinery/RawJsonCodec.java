package io.kubejar.apimachinery;

import io.kubejar.apimachinery.json.JsonPrinter;
import io.kubejar.apimachinery.json.JsonReader;
import io.kubejar.apimachinery.json.JsonWriter;
import io.kubejar.apimachinery.protobuf.ProtobufReader;
import io.kubejar.apimachinery.protobuf.ProtobufWriter;
import java.util.function.Function;

/// JSON text inside an object: any JSON in JSON, the compact text as bytes in protobuf.
public record RawJsonCodec<T>(Function<Bytes, T> wrap, Function<T, Bytes> unwrap)
    implements Codec<T> {

  @Override
  public T readJson(JsonReader in) {
    return wrap.apply(in.isNull() ? Bytes.EMPTY : Bytes.wrap(JsonPrinter.printUtf8(in.value())));
  }

  @Override
  public void writeJson(T value, JsonWriter out) {
    Bytes raw = unwrap.apply(value);
    if (raw.isEmpty()) {
      out.nullValue();
    } else {
      out.raw(raw.toArray());
    }
  }

  @Override
  public T readProtobuf(ProtobufReader in) {
    Bytes raw = Bytes.EMPTY;
    for (int field = in.nextField(); field != 0; field = in.nextField()) {
      if (field == 1) {
        raw = in.bytes();
      } else {
        in.skip();
      }
    }
    return wrap.apply(raw);
  }

  @Override
  public void writeProtobuf(T value, ProtobufWriter out) {
    out.bytes(1, unwrap.apply(value));
  }
}
