package io.kubejar.apiserver.endpoints;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/// A JSON list as the texts it consists of.
///
/// @param head up to the first item
/// @param items each a whole object
/// @param left how much at the beginning of each item is left out; an opening brace takes its place
@SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
record JsonPieces(byte[] head, List<byte[]> items, int left) {
  private static final byte[] FIRST = {'{'};
  private static final byte[] NEXT = {',', '{'};
  private static final byte[] END = {']', '}'};

  JsonPieces {
    items = List.copyOf(items);
  }

  long length() {
    long length = (long) head.length + END.length;
    for (var item : items) {
      length += item.length - left + NEXT.length;
    }
    return items.isEmpty() ? length : length - 1;
  }

  void writeTo(OutputStream out) throws IOException {
    out.write(head);
    var before = FIRST;
    for (var item : items) {
      out.write(before);
      out.write(item, left, item.length - left);
      before = NEXT;
    }
    out.write(END);
  }

  /// The list as one text. Such texts may be large, so the room is taken once and exactly.
  byte[] bytes() {
    var out = ByteBuffer.allocate(Math.toIntExact(length())).put(head);
    var before = FIRST;
    for (var item : items) {
      out.put(before).put(item, left, item.length - left);
      before = NEXT;
    }
    return out.put(END).array();
  }
}
