package io.kubejar.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Reads the addresses out of another resolver's answer.
final class AddressReader {
  private static final int HEADER_BYTES = 12;

  private AddressReader() {}

  /// The addresses of the kind asked for, as records of the name asked for. What cannot be read
  /// counts as none.
  static List<DnsRecord> addresses(byte[] message, Question question) {
    var records = new ArrayList<DnsRecord>();
    try {
      var in = ByteBuffer.wrap(message);
      int questions = in.getShort(4) & 0xffff;
      int answers = in.getShort(6) & 0xffff;
      in.position(HEADER_BYTES);
      for (int i = 0; i < questions; i++) {
        skipName(in);
        in.getInt();
      }
      for (int i = 0; i < answers; i++) {
        skipName(in);
        int type = in.getShort() & 0xffff;
        in.getShort();
        int ttl = in.getInt();
        byte[] data = new byte[in.getShort() & 0xffff];
        in.get(data);
        if (type == question.type()) {
          records.add(
              new DnsRecord(
                  question.name(), ttl, new Data.Address(InetAddress.getByAddress(data))));
        }
      }
    } catch (BufferUnderflowException | IllegalArgumentException | UnknownHostException _) {
      return List.of();
    }
    return records;
  }

  private static void skipName(ByteBuffer in) {
    for (int length = in.get() & 0xff; length != 0; length = in.get() & 0xff) {
      if (length >= 0xc0) {
        in.get();
        return;
      }
      in.position(in.position() + length);
    }
  }
}
