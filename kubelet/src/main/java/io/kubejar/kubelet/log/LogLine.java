package io.kubejar.kubelet.log;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Optional;

/// One line of a CRI log: `time stream tags content`. A long line of a container comes in parts;
/// all but its last are partial.
///
/// @param timestamp as it was written, with nanoseconds
@SuppressWarnings("ArrayRecordComponent") // Nobody compares or changes it.
public record LogLine(String timestamp, String stream, boolean partial, byte[] content) {

  /// Reads one line without its line break; empty when it is none.
  static Optional<LogLine> parse(byte[] line, int length) {
    int first = indexOf(line, 0, length);
    int second = first < 0 ? -1 : indexOf(line, first + 1, length);
    int third = second < 0 ? -1 : indexOf(line, second + 1, length);
    if (third < 0) {
      return Optional.empty();
    }
    String tags = text(line, second + 1, third);
    return Optional.of(
        new LogLine(
            text(line, 0, first),
            text(line, first + 1, second),
            tags.startsWith("P"),
            Arrays.copyOfRange(line, third + 1, length)));
  }

  private static int indexOf(byte[] line, int from, int to) {
    for (int i = from; i < to; i++) {
      if (line[i] == ' ') {
        return i;
      }
    }
    return -1;
  }

  private static String text(byte[] line, int from, int to) {
    return new String(line, from, to - from, java.nio.charset.StandardCharsets.US_ASCII);
  }

  /// When the line was written; the beginning of time if its timestamp cannot be read.
  Instant at() {
    try {
      return java.time.OffsetDateTime.parse(timestamp).toInstant();
    } catch (DateTimeParseException e) {
      return Instant.MIN;
    }
  }
}
