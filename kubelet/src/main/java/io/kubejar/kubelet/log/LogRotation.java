package io.kubejar.kubelet.log;

import io.kubejar.cri.CriClient;
import io.kubejar.cri.CriException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/// Keeps the logs of a container within bounds: a log that has grown too large is put aside under
/// the time of day, and the runtime begins a new one. Those put aside before are compressed, and
/// the oldest go. Names and numbers are upstream's.
public final class LogRotation {
  /// What a container may keep.
  ///
  /// @param bytesMax from this size on a log is put aside
  /// @param filesMax how many files there are at most, the current one included; at least 2
  public record Limits(long bytesMax, int filesMax) {
    /// Upstream's `containerLogMaxSize` and `containerLogMaxFiles`.
    public static final Limits USUAL = new Limits(10L * 1024 * 1024, 5);
  }

  private static final String COMPRESSED = ".gz";
  private static final String UNFINISHED = ".tmp";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

  private final CriClient cri;
  private final InstantSource clock;
  private final Limits limits;

  public LogRotation(CriClient cri, InstantSource clock, Limits limits) {
    this.cri = cri;
    this.clock = clock;
    this.limits = limits;
  }

  /// Puts the log of a running container aside if it is too large; answers whether it did.
  public boolean rotate(String containerId, Path log) throws IOException, InterruptedException {
    if (!Files.exists(log) || Files.size(log) < limits.bytesMax()) {
      return false;
    }
    removeUnfinished(log);
    removeExcess(log);
    for (var old : putAside(log)) {
      if (!old.toString().endsWith(COMPRESSED)) {
        compress(old);
      }
    }
    var aside = log.resolveSibling(log.getFileName() + "." + TIME.format(clock.instant()));
    Files.move(log, aside, StandardCopyOption.ATOMIC_MOVE);
    try {
      cri.reopenContainerLog(containerId);
    } catch (CriException e) {
      // The runtime goes on writing to the file that it has: it must keep its name.
      Files.move(aside, log, StandardCopyOption.ATOMIC_MOVE);
      throw e;
    }
    return true;
  }

  /// Removes all of a container's logs.
  public static void remove(Path log) throws IOException {
    for (var old : putAside(log)) {
      Files.deleteIfExists(old);
    }
    removeUnfinished(log);
    Files.deleteIfExists(log);
  }

  private static void removeUnfinished(Path log) throws IOException {
    for (var file : siblings(log)) {
      if (file.toString().endsWith(UNFINISHED)) {
        Files.delete(file);
      }
    }
  }

  /// One place is for the current log, and one for that which is put aside now.
  private void removeExcess(Path log) throws IOException {
    var files = putAside(log);
    for (var old : files.subList(0, Math.max(0, files.size() - (limits.filesMax() - 2)))) {
      Files.delete(old);
    }
  }

  /// The oldest first.
  private static List<Path> putAside(Path log) throws IOException {
    return siblings(log).stream()
        .filter(file -> !file.toString().endsWith(UNFINISHED))
        .sorted()
        .toList();
  }

  private static List<Path> siblings(Path log) throws IOException {
    var directory = log.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      return List.of();
    }
    String prefix = log.getFileName() + ".";
    try (var all = Files.list(directory)) {
      return all.filter(file -> String.valueOf(file.getFileName()).startsWith(prefix)).toList();
    }
  }

  private static void compress(Path file) throws IOException {
    var unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
    try (var out = new GZIPOutputStream(Files.newOutputStream(unfinished))) {
      Files.copy(file, out);
    }
    Files.move(
        unfinished,
        file.resolveSibling(file.getFileName() + COMPRESSED),
        StandardCopyOption.ATOMIC_MOVE);
    Files.delete(file);
  }
}
