package io.kubejar.dns;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Writes questions of our own.
final class QueryWriter {
  private QueryWriter() {}

  static byte[] query(int id, Question question) {
    var out = new ByteArrayOutputStream();
    shortNumber(out, id);
    shortNumber(out, 0x100); // Recursion desired.
    shortNumber(out, 1);
    out.writeBytes(new byte[6]);
    for (var label : question.name().split("\\.", -1)) {
      byte[] bytes = label.getBytes(StandardCharsets.ISO_8859_1);
      out.write(bytes.length);
      out.writeBytes(bytes);
    }
    out.write(0);
    shortNumber(out, question.type());
    shortNumber(out, 1);
    return out.toByteArray();
  }

  private static void shortNumber(ByteArrayOutputStream out, int number) {
    out.write(number >> 8);
    out.write(number);
  }
}
