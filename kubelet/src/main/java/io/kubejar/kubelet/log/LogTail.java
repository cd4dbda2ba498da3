package io.kubejar.kubelet.log;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The end of a log as plain text.
public final class LogTail {
  private LogTail() {}

  /// At most so many lines and bytes; nothing if the log cannot be read.
  public static String of(Path file, int linesMax, int bytesMax) {
    try {
      if (!Files.exists(file)) {
        return "";
      }
      var text = new StringBuilder();
      try (var log = LogFile.open(file)) {
        log.toLastLines(linesMax);
        for (var line = log.next(); line.isPresent(); line = log.next()) {
          text.append(new String(line.get().content(), StandardCharsets.UTF_8));
          if (!line.get().partial()) {
            text.append('\n');
          }
        }
      }
      return text.length() > bytesMax ? text.substring(text.length() - bytesMax) : text.toString();
    } catch (IOException e) {
      return "Error on reading the log: " + e.getMessage();
    }
  }
}
