package io.kubejar.apimachinery;

import io.kubejar.apimachinery.json.JsonReader;
import io.kubejar.apimachinery.json.JsonWriter;
import io.kubejar.apimachinery.meta.v1.ListMeta;
import io.kubejar.apimachinery.protobuf.ProtobufReader;
import io.kubejar.apimachinery.protobuf.ProtobufWriter;
import java.util.ArrayList;
import java.util.List;

/// All list kinds look alike on the wire: metadata, then items without their apiVersion and kind.
record ObjectListCodec<T extends KubernetesObject>(ResourceType<T> type)
    implements Codec<ObjectList<T>> {

  @Override
  public ObjectList<T> readJson(JsonReader in) {
    ListMeta metadata = ListMeta.EMPTY;
    List<T> items = List.of();
    if (in.beginObject(type.listKind())) {
      for (String name = in.nextName(); name != null; name = in.nextName()) {
        switch (name) {
          case "apiVersion", "kind" -> in.string();
          case "metadata" -> metadata = ListMeta.CODEC.readJson(in);
          case "items" -> items = in.list(type.codec());
          default -> in.unknownField();
        }
      }
    }
    return list(metadata, items);
  }

  @Override
  public void writeJson(ObjectList<T> value, JsonWriter out) {
    out.beginObject();
    out.typeMeta(type.gvk().apiVersion(), type.listKind());
    out.name("metadata");
    ListMeta.CODEC.writeJson(value.listMeta(), out);
    out.name("items");
    out.beginArray();
    for (T item : value.items()) {
      out.omitNextTypeMeta(); // Codecs of types known at run time only pay no attention.
      type.codec().writeJson(item, out);
    }
    out.endArray();
    out.endObject();
  }

  @Override
  public ObjectList<T> readProtobuf(ProtobufReader in) {
    ListMeta metadata = ListMeta.EMPTY;
    var items = new ArrayList<T>();
    for (int field = in.nextField(); field != 0; field = in.nextField()) {
      switch (field) {
        case 1 -> metadata = in.message(ListMeta.CODEC);
        case 2 -> items.add(in.message(type.codec()));
        default -> in.skip();
      }
    }
    return list(metadata, items);
  }

  @Override
  public void writeProtobuf(ObjectList<T> value, ProtobufWriter out) {
    out.messages(2, value.items(), type.codec());
    out.message(1, value.listMeta(), ListMeta.CODEC);
  }

  private static <T extends KubernetesObject> ObjectList<T> list(ListMeta metadata, List<T> items) {
    return new ObjectList<>(
        metadata.resourceVersion(), metadata.continue_(), metadata.remainingItemCount(), items);
  }
}
