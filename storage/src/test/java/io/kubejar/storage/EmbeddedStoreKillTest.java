package io.kubejar.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubejar.storage.disk.DiskLockedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A process of its own that is killed while it writes.
class EmbeddedStoreKillTest {
  private static final int ACKNOWLEDGED_BEFORE_THE_KILL = 200;

  @TempDir private Path directory;

  /// Writes until it is killed, and says what was acknowledged.
  static final class Writer {
    public static void main(String[] args) throws IOException, InterruptedException {
      var store = open(Path.of(args[0]));
      for (int i = 0; ; i++) {
        var key = "/k/" + Instant.now() + "/" + i;
        var result = store.commit(Transaction.create(key, Value.wrap(new byte[2000])));
        System.out.println(result.revision() + " " + key);
        System.out.flush();
      }
    }
  }

  private static EmbeddedStore open(Path directory) throws IOException {
    return EmbeddedStore.open(directory, () -> Instant.EPOCH, FaultHandler.haltingProcess());
  }

  @Test
  void nothingAcknowledgedIsLostWhenTheProcessIsKilled() throws Exception {
    var acknowledged = new ArrayList<String>();
    for (int round = 0; round < 3; round++) {
      acknowledged.addAll(writeUntilKilled());
      try (var store = open(directory)) {
        for (var line : acknowledged) {
          var parts = line.split(" ", 2);
          assertThat(store.get(parts[1]).entry().orElseThrow().modRevision())
              .isEqualTo(Long.parseLong(parts[0]));
        }
      }
    }
  }

  private List<String> writeUntilKilled() throws Exception {
    var process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var lines = new ArrayList<String>();
    try (var out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (var line = out.readLine(); line != null; line = out.readLine()) {
        if (line.isEmpty() || !Character.isDigit(line.charAt(0))) {
          continue;
        }
        lines.add(line);
        if (lines.size() == ACKNOWLEDGED_BEFORE_THE_KILL) {
          assertThatThrownBy(() -> open(directory))
              .isInstanceOf(DiskLockedException.class)
              .hasMessageContaining("in use by another process, pid " + process.pid());
          process.toHandle().destroyForcibly(); // Unlike the process's own, leaves the pipe open.
        }
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    // The last line may be cut short.
    lines.removeLast();
    assertThat(lines).hasSizeGreaterThanOrEqualTo(ACKNOWLEDGED_BEFORE_THE_KILL - 1);
    return lines;
  }
}
