package io.kubejar.kubelet.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/// A log being read: whole lines only, from any place, while it grows.
final class LogFile implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final int LINE_BYTES_MAX = 1024 * 1024;

  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).limit(0);
  private byte[] line = new byte[1024];
  private int length;

  private LogFile(FileChannel channel) {
    this.channel = channel;
  }

  static LogFile open(Path file) throws IOException {
    return new LogFile(FileChannel.open(file, StandardOpenOption.READ));
  }

  /// Goes to where the last lines begin. Parts of one line count as one.
  void toLastLines(long lines) throws IOException {
    long size = channel.size();
    long at = size;
    long found = 0;
    var chunk = ByteBuffer.allocate(BUFFER_BYTES);
    while (at > 0 && found <= lines) {
      long from = Math.max(0, at - BUFFER_BYTES);
      chunk.clear().limit((int) (at - from));
      while (chunk.hasRemaining() && channel.read(chunk, from + chunk.position()) >= 0) {}
      for (int i = chunk.position() - 1; i >= 0; i--) {
        boolean lineStarts = chunk.get(i) == '\n' && from + i + 1 < size;
        if (lineStarts || lines == 0) {
          found += lines == 0 ? 1 : whole(from + i + 1) ? 1 : 0;
        }
        if (found >= lines && lineStarts || lines == 0) {
          position(lines == 0 ? size : from + i + 1);
          return;
        }
      }
      at = from;
    }
    position(0);
  }

  /// Whether the line before this place ended there: a partial one goes on.
  private boolean whole(long lineStart) throws IOException {
    // A line of a container that was cut in parts counts once; its parts are marked P, its end F.
    var head = ByteBuffer.allocate(64);
    channel.read(head, lineStart);
    var parsed = LogLine.parse(head.array(), head.position());
    return parsed.isEmpty() || !parsed.get().partial();
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
