package io.kubejar.apiserver.audit;

import io.kubejar.apimachinery.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A file with one event a line. A file that would grow beyond its bound is renamed to one with the
/// time in its name, and a new one begins; old ones are removed by number and by age.
///
/// An event counts as taken when the operating system has it: a log is not worth an fsync for each
/// request.
public final class AuditLog implements AuditSink {
  private static final Logger log = LoggerFactory.getLogger(AuditLog.class);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH-mm-ss.SSS").withZone(ZoneOffset.UTC);

  private final Path file;
  private final AuditFormat format;
  private final Bounds bounds;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Losses losses = (_, _) -> {};
  private OutputStream out;
  private long size;

  /// How much is kept.
  ///
  /// @param fileBytes the largest size of a file; 0 for no bound
  /// @param backups how many old files are kept; 0 keeps all
  /// @param age how old an old file gets; zero keeps all
  public record Bounds(long fileBytes, int backups, Duration age) {
    /// Upstream's: 100 MB a file, a hundred of them for a year.
    public static final Bounds DEFAULT = new Bounds(100 << 20, 100, Duration.ofDays(366));

    public Bounds {
      if (fileBytes < 0 || backups < 0 || age.isNegative()) {
        throw new IllegalArgumentException("bounds of an audit log must not be negative");
      }
    }
  }

  /// Goes on writing to a file that is there, or makes it, readable by its owner alone.
  public AuditLog(Path file, AuditFormat format, Bounds bounds, InstantSource clock)
      throws IOException {
    this.file = file.toAbsolutePath();
    this.format = format;
    this.bounds = bounds;
    this.clock = clock;
    out = open();
  }

  @Override
  public boolean accept(JsonObject event) {
    var line = format.line(event).getBytes(StandardCharsets.UTF_8);
    lock.lock();
    try {
      if (bounds.fileBytes > 0 && size > 0 && size + line.length + 1 > bounds.fileBytes) {
        rotate();
      }
      out.write(line);
      out.write('\n');
      size += line.length + 1;
      return true;
    } catch (IOException broken) {
      log.error("Cannot write to the audit log. file={}", file, broken);
      losses.lost("log", 1);
      return false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onLoss(Losses listener) {
    losses = listener;
  }

  @Override
  public void close() {
    lock.lock();
    try {
      out.close();
    } catch (IOException broken) {
      log.error("Cannot close the audit log. file={}", file, broken);
    } finally {
      lock.unlock();
    }
  }

  private OutputStream open() throws IOException {
    Files.createDirectories(file.getParent());
    if (Files.notExists(file)) {
      var owner = PosixFilePermissions.fromString("rw-------");
      Files.createFile(file, PosixFilePermissions.asFileAttribute(owner));
    }
    size = Files.size(file);
    return Files.newOutputStream(file, StandardOpenOption.APPEND);
  }

  private void rotate() throws IOException {
    out.close();
    var time = clock.instant();
    while (Files.exists(old(time))) {
      time = time.plusMillis(1); // Names have milliseconds, and one may fill a file faster.
    }
    Files.move(file, old(time));
    out = open();
    removeOld();
  }

  private Path old(Instant time) {
    return file.resolveSibling(stem() + "-" + TIME.format(time) + extension());
  }

  private void removeOld() throws IOException {
    var oldest = clock.instant().minus(bounds.age);
    var backups = backups();
    for (int i = 0; i < backups.size(); i++) {
      boolean tooMany = bounds.backups > 0 && i >= bounds.backups;
      boolean tooOld = !bounds.age.isZero() && backups.get(i).time.isBefore(oldest);
      if (tooMany || tooOld) {
        Files.deleteIfExists(backups.get(i).path);
      }
    }
  }

  private record Backup(Path path, Instant time) {}

  /// The newest first. Other files in the folder are none of ours.
  private List<Backup> backups() throws IOException {
    try (var files = Files.list(file.getParent())) {
      return files
          .flatMap(path -> timeOf(path).map(time -> new Backup(path, time)).stream())
          .sorted(Comparator.comparing(Backup::time).reversed())
          .toList();
    }
  }

  private Optional<Instant> timeOf(Path path) {
    var name = path.getFileName().toString();
    var head = stem() + "-";
    if (!name.startsWith(head) || !name.endsWith(extension())) {
      return Optional.empty();
    }
    var text = name.substring(head.length(), name.length() - extension().length());
    try {
      return Optional.of(Instant.from(TIME.parse(text)));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  private String stem() {
    var name = file.getFileName().toString();
    return name.substring(0, name.length() - extension().length());
  }

  private String extension() {
    var name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot);
  }
}
