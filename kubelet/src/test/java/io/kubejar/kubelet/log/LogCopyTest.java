package io.kubejar.kubelet.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogCopyTest {
  private static final String LOG =
      """
      2026-01-02T03:04:05.000000001Z stdout F one
      2026-01-02T03:04:06.000000001Z stderr F two
      2026-01-02T03:04:07.000000001Z stdout P thr
      2026-01-02T03:04:07.000000001Z stdout F ee
      """;

  @TempDir Path directory;

  @Test
  void copiesEverything() throws Exception {
    assertThat(copy(LogOptions.ALL)).isEqualTo("one\ntwo\nthree\n");
  }

  @Test
  void copiesTheLastLines() throws Exception {
    assertThat(copy(lines(0))).isEmpty();
    assertThat(copy(lines(1))).isEqualTo("ee\n");
    assertThat(copy(lines(2))).isEqualTo("three\n");
    assertThat(copy(lines(9))).isEqualTo("one\ntwo\nthree\n");
  }

  @Test
  void findsTheLastLinesOfALogThatIsLargerThanItsBuffer() throws Exception {
    var text = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      text.append("2026-01-02T03:04:05Z stdout F line ").append(i).append('\n');
    }
    assertThat(copy(text.toString(), lines(5000)))
        .startsWith("line 5000\n")
        .endsWith("line 9999\n")
        .hasLineCount(5000);
  }

  @Test
  void addsTimestamps() throws Exception {
    assertThat(copy(new LogOptions(false, true, 2, -1, Instant.MIN, "All")))
        .isEqualTo("2026-01-02T03:04:07.000000001Z three\n");
  }

  @Test
  void leavesOutWhatIsTooOldOrFromAnotherStream() throws Exception {
    var since = Instant.parse("2026-01-02T03:04:06Z");
    assertThat(copy(new LogOptions(false, false, -1, -1, since, "All"))).isEqualTo("two\nthree\n");
    assertThat(copy(new LogOptions(false, false, -1, -1, Instant.MIN, "Stderr")))
        .isEqualTo("two\n");
  }

  @Test
  void stopsAtTheLimitOfBytes() throws Exception {
    assertThat(copy(new LogOptions(false, false, -1, 5, Instant.MIN, "All"))).isEqualTo("one\nt");
  }

  @Test
  void followsUntilTheContainerHasEnded() throws Exception {
    var file = Files.writeString(directory.resolve("log"), LOG);
    var out = new ByteArrayOutputStream();
    int[] asked = {0};

    new LogCopy(new LogOptions(true, false, -1, -1, Instant.MIN, "All"), out)
        .copy(
            file,
            () -> {
              asked[0]++;
              if (asked[0] == 2) {
                append(file, "2026-01-02T03:04:08Z stdout F four\n");
              }
              return asked[0] < 3;
            });

    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("one\ntwo\nthree\nfour\n");
  }

  @Test
  void followsTheLogThatTakesThePlaceOfOneThatIsPutAside() throws Exception {
    var file = Files.writeString(directory.resolve("log"), LOG);
    var aside = directory.resolve("log.20260102-030408");
    var out = new ByteArrayOutputStream();
    int[] asked = {0};

    new LogCopy(new LogOptions(true, false, -1, -1, Instant.MIN, "All"), out)
        .copy(
            file,
            () -> {
              asked[0]++;
              if (asked[0] == 2) {
                move(file, aside);
                append(aside, "2026-01-02T03:04:08Z stdout F last of the old\n");
              } else if (asked[0] == 3) {
                write(file, "2026-01-02T03:04:09Z stdout F first of the new\n");
              }
              return asked[0] < 5;
            });

    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo("one\ntwo\nthree\nlast of the old\nfirst of the new\n");
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void append(Path file, String line) {
    try {
      Files.writeString(file, line, java.nio.file.StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static LogOptions lines(long lines) {
    return new LogOptions(false, false, lines, -1, Instant.MIN, "All");
  }

  private String copy(LogOptions options) throws Exception {
    return copy(LOG, options);
  }

  private String copy(String log, LogOptions options) throws Exception {
    var file = Files.writeString(directory.resolve("log"), log);
    var out = new ByteArrayOutputStream();
    new LogCopy(options, out).copy(file, () -> false);
    return out.toString(StandardCharsets.UTF_8);
  }
}
