package io.kubejar.dns;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Writes answers. Names that were written before are pointed to.
final class AnswerWriter {
  private static final int QUESTION_AT = 12;
  private static final int LAST_POINTABLE = 0x3fff;

  /// What we take over UDP, and the most that travels unharmed nearly everywhere.
  static final int OUR_PAYLOAD = 1232;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Map<String, Integer> written = new HashMap<>();

  private AnswerWriter() {}

  /// Writes an answer over UDP: emptied, with a mark, if it is larger than the asker takes.
  static byte[] forUdp(Query query, Answer answer) {
    byte[] whole = new AnswerWriter().write(query, answer, false);
    if (whole.length <= Math.min(query.payloadMax(), OUR_PAYLOAD)) {
      return whole;
    }
    return new AnswerWriter().write(query, Answer.failure(answer.code()), true);
  }

  static byte[] forTcp(Query query, Answer answer) {
    return new AnswerWriter().write(query, answer, false);
  }

  /// A refusal of something whose question could not be read.
  static byte[] refusal(byte[] message, int code) {
    byte[] header = new byte[12];
    System.arraycopy(message, 0, header, 0, 3);
    header[2] |= (byte) 0x80;
    header[3] = (byte) code;
    return header;
  }

  private byte[] write(Query query, Answer answer, boolean truncated) {
    shortNumber(query.id());
    int flags = 0x8400 | (truncated ? 0x200 : 0) | (query.recursionDesired() ? 0x100 : 0) | 0x80;
    shortNumber(flags | (answer.code() & 0xf));
    shortNumber(1);
    shortNumber(answer.answers().size());
    shortNumber(answer.authorities().size());
    shortNumber(answer.additionals().size() + (query.edns() ? 1 : 0));
    // As it came, so that the asker finds its own spelling.
    out.write(query.message(), QUESTION_AT, query.questionEnd() - QUESTION_AT);
    remember(query.question().name());
    for (var section : List.of(answer.answers(), answer.authorities(), answer.additionals())) {
      section.forEach(this::record);
    }
    if (query.edns()) {
      out.write(0);
      shortNumber(RecordType.OPT);
      shortNumber(OUR_PAYLOAD);
      out.write(answer.code() >> 4);
      out.write(0);
      shortNumber(0);
      shortNumber(0);
    }
    return out.toByteArray();
  }

  private void remember(String name) {
    int at = QUESTION_AT;
    for (var rest = name; !rest.isEmpty(); ) {
      written.put(rest, at);
      int dot = rest.indexOf('.');
      at += (dot < 0 ? rest.length() : dot) + 1;
      rest = dot < 0 ? "" : rest.substring(dot + 1);
    }
  }

  private void record(DnsRecord record) {
    name(record.name());
    shortNumber(record.data().type());
    shortNumber(1);
    number(record.ttlSeconds());
    // Inside the data, names are written out: some askers read pointers there wrongly.
    var data = new AnswerWriter();
    data.data(record.data());
    shortNumber(data.out.size());
    out.writeBytes(data.out.toByteArray());
  }

  private void data(Data data) {
    switch (data) {
      case Data.Address(var address) -> out.writeBytes(address.getAddress());
      case Data.Alias(var target) -> fullName(target);
      case Data.Pointer(var target) -> fullName(target);
      case Data.NameServer(var target) -> fullName(target);
      case Data.ServiceLocation(var priority, var weight, var port, var target) -> {
        shortNumber(priority);
        shortNumber(weight);
        shortNumber(port);
        fullName(target);
      }
      case Data.Text(var text) -> {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write(bytes.length);
        out.writeBytes(bytes);
      }
      case Data.Authority(var server, var mailbox, var serial, var minimum) -> {
        fullName(server);
        fullName(mailbox);
        number(serial);
        number(7200);
        number(1800);
        number(86400);
        number(minimum);
      }
    }
  }

  private void name(String name) {
    for (var rest = name; !rest.isEmpty(); ) {
      var before = written.get(rest);
      if (before != null) {
        shortNumber(0xc000 | before);
        return;
      }
      if (out.size() <= LAST_POINTABLE) {
        written.put(rest, out.size());
      }
      int dot = rest.indexOf('.');
      label(dot < 0 ? rest : rest.substring(0, dot));
      rest = dot < 0 ? "" : rest.substring(dot + 1);
    }
    out.write(0);
  }

  private void fullName(String name) {
    for (var label : name.split("\\.", -1)) {
      if (!label.isEmpty()) {
        label(label);
      }
    }
    out.write(0);
  }

  private void label(String label) {
    byte[] bytes = label.getBytes(StandardCharsets.ISO_8859_1);
    out.write(bytes.length);
    out.writeBytes(bytes);
  }

  private void shortNumber(int number) {
    out.write(number >> 8);
    out.write(number);
  }

  private void number(int number) {
    shortNumber(number >> 16);
    shortNumber(number);
  }
}
