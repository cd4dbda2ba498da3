package io.kubejar.kubelet.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Optional;

/// A log being read: whole lines only, from any place, while it grows.
final class LogFile implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int LINE_BYTES_MAX = 1024 * 1024;

  private final FileChannel channel;
  private final Object identity;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
  private byte[] line = new byte[1024];
  private int length;

  private LogFile(FileChannel channel, Object identity) {
    this.channel = channel;
    this.identity = identity;
  }

  static LogFile open(Path file) throws IOException {
    // The identity is asked for first: were the file replaced in between, it would only be read
    // again from its beginning, which is where it is.
    var identity = identity(file);
    return new LogFile(FileChannel.open(file, StandardOpenOption.READ), identity);
  }

  private static Object identity(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  /// Whether another file has this one's name now; while none has it, this one is still written.
  boolean isReplaced(Path file) throws IOException {
    try {
      return !identity(file).equals(identity);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /// Goes to where the last lines begin. The parts of a long line count one by one, as upstream
  /// counts them.
  void toLastLines(long lines) throws IOException {
    long size = channel.size();
    if (lines == 0) {
      position(size);
      return;
    }
    long found = 0;
    var chunk = ByteBuffer.allocate(BUFFER_BYTES);
    for (long at = size; at > 0; ) {
      long from = Math.max(0, at - BUFFER_BYTES);
      chunk.clear().limit(Math.toIntExact(at - from));
      int n = 0;
      while (chunk.hasRemaining() && n >= 0) {
        n = channel.read(chunk, from + chunk.position());
      }
      for (int i = chunk.position() - 1; i >= 0; i--) {
        boolean lineStarts = chunk.get(i) == '\n' && from + i + 1 < size;
        if (lineStarts && ++found == lines) {
          position(from + i + 1);
          return;
        }
      }
      at = from;
    }
    position(0);
  }

  private void position(long place) throws IOException {
    channel.position(place);
    buffer.limit(0);
    length = 0;
  }

  /// The next whole line; empty when there is none yet.
  Optional<LogLine> next() throws IOException {
    while (true) {
      while (buffer.hasRemaining()) {
        byte b = buffer.get();
        if (b == '\n') {
          var parsed = LogLine.parse(line, length);
          length = 0;
          if (parsed.isPresent()) {
            return parsed;
          }
        } else if (length < LINE_BYTES_MAX) {
          if (length == line.length) {
            line = Arrays.copyOf(line, Math.min(LINE_BYTES_MAX, length * 2));
          }
          line[length++] = b;
        }
      }
      buffer.clear();
      int n = channel.read(buffer);
      buffer.flip();
      if (n <= 0) {
        buffer.limit(0);
        return Optional.empty();
      }
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
