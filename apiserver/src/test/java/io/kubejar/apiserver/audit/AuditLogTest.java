package io.kubejar.apiserver.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.apimachinery.json.JsonObject;
import io.kubejar.apimachinery.json.JsonString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
  private static final Instant START = Instant.parse("2026-05-01T10:00:00Z");

  @TempDir private Path folder;

  private Instant now = START;

  @Test
  void writesALineForEachEventAndGoesOnAfterARestart() throws IOException {
    try (var log = log(AuditLog.Bounds.DEFAULT)) {
      assertThat(log.accept(event("one"))).isTrue();
    }
    try (var log = log(AuditLog.Bounds.DEFAULT)) {
      assertThat(log.accept(event("two"))).isTrue();
    }

    assertThat(Files.readAllLines(file())).containsExactly("{\"a\":\"one\"}", "{\"a\":\"two\"}");
  }

  @Test
  void isReadableByItsOwnerAlone() throws IOException {
    try (var log = log(AuditLog.Bounds.DEFAULT)) {
      log.accept(event("secret"));
    }

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
  }

  @Test
  void beginsANewFileBeforeTheOldOneOutgrowsItsBound() throws IOException {
    try (var log = log(new AuditLog.Bounds(30, 0, Duration.ZERO))) {
      log.accept(event("12345"));
      log.accept(event("6789"));
      now = START.plusSeconds(61);
      log.accept(event("next"));
    }

    assertThat(files()).containsExactly("audit-2026-05-01T10-01-01.000.log", "audit.log");
    assertThat(Files.readAllLines(folder.resolve("audit-2026-05-01T10-01-01.000.log"))).hasSize(2);
    assertThat(Files.readAllLines(file())).containsExactly("{\"a\":\"next\"}");
  }

  @Test
  void keepsTheNewestFilesAndNoneThatAreTooOld() throws IOException {
    Files.writeString(folder.resolve("audit-notes.log"), "of somebody else");
    try (var log = log(new AuditLog.Bounds(1, 2, Duration.ofHours(5)))) {
      for (int hour = 0; hour < 5; hour++) {
        now = START.plus(Duration.ofHours(hour));
        log.accept(event("x"));
      }
      assertThat(files())
          .containsExactly(
              "audit-2026-05-01T13-00-00.000.log",
              "audit-2026-05-01T14-00-00.000.log",
              "audit-notes.log",
              "audit.log");

      now = START.plus(Duration.ofHours(18).plusMinutes(30));
      log.accept(event("y"));
    }

    assertThat(files())
        .containsExactly("audit-2026-05-02T04-30-00.000.log", "audit-notes.log", "audit.log");
  }

  @Test
  void losesNothingIfFilesFillWithinOneMillisecond() throws IOException {
    try (var log = log(new AuditLog.Bounds(1, 0, Duration.ZERO))) {
      for (int i = 0; i < 20; i++) {
        log.accept(event("x"));
      }
    }

    assertThat(files()).hasSize(20);
  }

  private AuditLog log(AuditLog.Bounds bounds) throws IOException {
    return new AuditLog(file(), AuditFormat.JSON, bounds, () -> now);
  }

  private Path file() {
    return folder.resolve("audit.log");
  }

  private List<String> files() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private static JsonObject event(String text) {
    return JsonObject.of("a", new JsonString(text));
  }
}
