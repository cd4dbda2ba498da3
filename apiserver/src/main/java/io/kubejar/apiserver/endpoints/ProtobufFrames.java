package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.KubernetesObject;
import io.kubejar.apimachinery.ResourceType;
import io.kubejar.apimachinery.meta.v1.Status;
import io.kubejar.apimachinery.protobuf.ProtobufEnvelope;
import io.kubejar.apiserver.cache.Stored;
import io.kubejar.apiserver.cache.WatchItem;
import io.kubejar.http.ResponseStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Messages of type `WatchEvent`, each behind its length in four bytes. The object inside has its
/// envelope.
record ProtobufFrames<T extends KubernetesObject>(ResourceType<T> type) implements WatchFrames<T> {
  private static final int LENGTH_DELIMITED = 2;

  @Override
  public void change(WatchItem.Type change, Stored<T> object, ResponseStream out)
      throws IOException {
    frame(change.name(), ObjectJson.envelope(type, object), out);
  }

  @Override
  public void bookmark(long revision, boolean initialEventsEnd, ResponseStream out)
      throws IOException {
    var empty = Bookmarks.object(type, revision, initialEventsEnd);
    frame("BOOKMARK", ProtobufEnvelope.write(empty, type.codec()), out);
  }

  @Override
  public void error(Status status, ResponseStream out) throws IOException {
    failure(status, out);
  }

  static void failure(Status status, ResponseStream out) throws IOException {
    frame("ERROR", ProtobufEnvelope.write("v1", "Status", status, Status.CODEC), out);
  }

  /// An event around an object in its envelope.
  static void frame(String event, byte[] object, ResponseStream out) throws IOException {
    var head = new ByteArrayOutputStream();
    var name = event.getBytes(StandardCharsets.UTF_8);
    tag(head, 1, name.length);
    head.writeBytes(name);
    int raw = 1 + varintSize(object.length) + object.length;
    tag(head, 2, raw);
    tag(head, 1, object.length);
    out.write(ByteBuffer.allocate(Integer.BYTES).putInt(head.size() + object.length).array());
    out.write(head.toByteArray());
    out.write(object);
  }

  private static void tag(ByteArrayOutputStream out, int field, int length) {
    out.write((field << 3) | LENGTH_DELIMITED);
    int rest = length;
    while ((rest & ~0x7f) != 0) {
      out.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  private static int varintSize(int value) {
    int size = 1;
    for (int rest = value >>> 7; rest != 0; rest >>>= 7) {
      size++;
    }
    return size;
  }
}
