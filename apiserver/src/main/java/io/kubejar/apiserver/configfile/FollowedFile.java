package io.kubejar.apiserver.configfile;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads a file again whenever it changes. What cannot be used is logged, and the former content
/// stays in use; the next change is another chance.
public final class FollowedFile {
  private static final Logger LOG = LoggerFactory.getLogger(FollowedFile.class);

  /// Takes new content into use.
  @FunctionalInterface
  public interface Reload {
    void accept(String content);
  }

  /// Ends with its closing.
  public interface Following extends AutoCloseable {
    Following NOTHING = () -> {};

    @Override
    void close();
  }

  private FollowedFile() {}

  /// The file's content, for a start.
  ///
  /// @throws ConfigFileException if it cannot be read
  public static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new ConfigFileException("cannot be read: " + unreadable);
    }
  }

  /// Follows the file until the result is closed.
  public static Following follow(Path file, Reload reload) throws IOException {
    var watch = file.getFileSystem().newWatchService();
    // The directory, since files are replaced rather than written in place.
    Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a directory")
        .register(
            watch,
            StandardWatchEventKinds.ENTRY_CREATE,
            StandardWatchEventKinds.ENTRY_MODIFY,
            StandardWatchEventKinds.ENTRY_DELETE);
    Thread.ofVirtual().name("config-file").start(() -> reloadOnChange(watch, file, reload));
    return () -> end(watch, file);
  }

  private static void end(WatchService watch, Path file) {
    try {
      watch.close();
    } catch (IOException e) {
      LOG.warn("still followed file={}: {}", file, e.toString());
    }
  }

  private static void reloadOnChange(WatchService watch, Path file, Reload reload) {
    try {
      while (true) {
        var key = watch.take();
        key.pollEvents();
        reload(file, reload);
        key.reset();
      }
    } catch (ClosedWatchServiceException e) {
      LOG.debug("no longer following {}", file);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void reload(Path file, Reload reload) {
    try {
      reload.accept(Files.readString(file));
    } catch (IOException | ConfigFileException e) {
      LOG.warn(
          "configuration not reloaded, the former stays in use file={}: {}", file, e.toString());
    }
  }
}
