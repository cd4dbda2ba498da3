package io.kubejar.dns;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Reads queries.
final class QueryReader {
  private static final int HEADER_BYTES = 12;
  private static final int SMALLEST_PAYLOAD = 512;
  private static final int LONGEST_NAME = 255;

  private final ByteBuffer in;

  private QueryReader(byte[] message) {
    in = ByteBuffer.wrap(message);
  }

  /// What a message turned out to be.
  sealed interface Result {
    record Understood(Query query) implements Result {}

    /// A query to be refused with this code.
    record Refused(int code) implements Result {}

    /// Not a query at all; silence is the answer.
    record Noise() implements Result {}
  }

  static Result read(byte[] message) {
    if (message.length < HEADER_BYTES || (message[2] & 0x80) != 0) {
      return new Result.Noise();
    }
    if ((message[2] >> 3 & 0xf) != 0) {
      return new Result.Refused(ResponseCode.NOT_IMPLEMENTED);
    }
    try {
      return new Result.Understood(new QueryReader(message).query(message));
    } catch (MalformedException | BufferUnderflowException _) {
      return new Result.Refused(ResponseCode.FORMAT_ERROR);
    }
  }

  private Query query(byte[] message) throws MalformedException {
    in.position(4);
    int questions = in.getShort();
    int answers = in.getShort() & 0xffff;
    int authorities = in.getShort() & 0xffff;
    int additionals = in.getShort() & 0xffff;
    if (questions != 1 || answers != 0 || authorities != 0) {
      throw new MalformedException();
    }
    var name = name();
    int type = in.getShort() & 0xffff;
    in.getShort();
    int questionEnd = in.position();
    int payload = SMALLEST_PAYLOAD;
    boolean edns = false;
    int version = 0;
    for (int i = 0; i < additionals; i++) {
      skipName();
      int extra = in.getShort() & 0xffff;
      int extraClass = in.getShort() & 0xffff;
      in.get();
      int extraVersion = in.get() & 0xff;
      in.getShort();
      int length = in.getShort() & 0xffff;
      if (length > in.remaining()) {
        throw new MalformedException();
      }
      in.position(in.position() + length);
      if (extra == RecordType.OPT) {
        edns = true;
        version = extraVersion;
        payload = Math.max(SMALLEST_PAYLOAD, extraClass);
      }
    }
    return new Query(message, new Question(name, type), questionEnd, payload, edns, version);
  }

  /// A name written out: in a question there is nothing before it that it could point to.
  private String name() throws MalformedException {
    var name = new StringBuilder();
    for (int length = in.get() & 0xff; length != 0; length = in.get() & 0xff) {
      if (length > 63 || name.length() + length > LONGEST_NAME || length > in.remaining()) {
        throw new MalformedException();
      }
      byte[] label = new byte[length];
      in.get(label);
      if (!name.isEmpty()) {
        name.append('.');
      }
      name.append(new String(label, StandardCharsets.ISO_8859_1));
    }
    return name.toString();
  }

  private void skipName() throws MalformedException {
    for (int length = in.get() & 0xff; length != 0; length = in.get() & 0xff) {
      if (length >= 0xc0) {
        in.get();
        return;
      }
      if (length > 63 || length > in.remaining()) {
        throw new MalformedException();
      }
      in.position(in.position() + length);
    }
  }

  private static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1;
  }
}
