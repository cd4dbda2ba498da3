package io.kubejar.apiserver.endpoints;

import io.kubejar.apimachinery.meta.v1.ListMeta;
import io.kubejar.apimachinery.protobuf.ProtobufWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.function.Function;

/// A list in protobuf, item by item: the envelope around it, its metadata, and its items.
///
/// The envelope begins with the length of all of it, so that every item is encoded before the first
/// one is sent; it is not kept for that, and encoded once more if nobody else has kept it.
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
record ProtobufPieces<X>(byte[] head, byte[] metadata, List<X> items, Function<X, byte[]> message) {
  private static final byte[] MAGIC = {'k', '8', 's', 0};
  private static final int METADATA = 1;
  private static final int ITEM = 2;
  private static final int RAW = 2;
  private static final int DELIMITED = 2;

  /// What follows the list in its envelope: no content encoding and no content type.
  private static final byte[] END = {3 << 3 | DELIMITED, 0, 4 << 3 | DELIMITED, 0};

  ProtobufPieces(
      String apiVersion,
      String kind,
      ListMeta metadata,
      List<X> items,
      Function<X, byte[]> message) {
    this(head(apiVersion, kind), field(metadata), items, message);
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(MAGIC);
    out.write(head);
    out.write(RAW << 3 | DELIMITED);
    out.write(varint(body()));
    out.write(metadata);
    for (var item : items) {
      var bytes = message.apply(item);
      out.write(ITEM << 3 | DELIMITED);
      out.write(varint(bytes.length));
      out.write(bytes);
    }
    out.write(END);
  }

  private long body() {
    long size = metadata.length;
    for (var item : items) {
      int length = message.apply(item).length;
      size += 1 + varint(length).length + length;
    }
    return size;
  }

  /// The type of what is in the envelope.
  private static byte[] head(String apiVersion, String kind) {
    var out = new ProtobufWriter();
    int mark = out.size();
    out.string(2, kind);
    out.string(1, apiVersion);
    out.endMessage(1, mark);
    return out.bytes();
  }

  private static byte[] field(ListMeta metadata) {
    var out = new ProtobufWriter();
    out.message(METADATA, metadata, ListMeta.CODEC);
    return out.bytes();
  }

  private static byte[] varint(long value) {
    var bytes = new byte[Long.BYTES + 2];
    int size = 0;
    for (long left = value; ; left >>>= 7) {
      boolean last = left < 0x80;
      bytes[size++] = (byte) (last ? left : ((left & 0x7f) | 0x80));
      if (last) {
        return java.util.Arrays.copyOf(bytes, size);
      }
    }
  }
}
