package io.kubejar.http.tls;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchService;
import java.util.HashSet;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keys and trusted certificates that can be replaced while in use.
public final class ReloadableTls implements TlsSource {
  private static final Logger LOG = LoggerFactory.getLogger(ReloadableTls.class);

  private final AtomicReference<TlsMaterial> material;

  public ReloadableTls(TlsMaterial material) {
    this.material = new AtomicReference<>(material);
  }

  @Override
  public TlsMaterial current() {
    return material.get();
  }

  public void replace(TlsMaterial fresh) {
    material.set(fresh);
  }

  /// Follows PEM files until the result is closed. Files that cannot be used (half written, key and
  /// certificate of two generations) are logged and the former ones kept; the next change is
  /// another chance.
  public AutoCloseable follow(PemFiles files) throws IOException {
    replace(files.read());
    var directories = new HashSet<Path>();
    for (var file : files.all()) {
      directories.add(file.toAbsolutePath().getParent());
    }
    var watch = directories.iterator().next().getFileSystem().newWatchService();
    for (var directory : directories) {
      directory.register(
          watch,
          StandardWatchEventKinds.ENTRY_CREATE,
          StandardWatchEventKinds.ENTRY_MODIFY,
          StandardWatchEventKinds.ENTRY_DELETE);
    }
    Thread.ofVirtual().name("tls-files").start(() -> reloadOnChange(watch, files));
    return watch;
  }

  private void reloadOnChange(WatchService watch, PemFiles files) {
    try {
      while (true) {
        var key = watch.take();
        key.pollEvents();
        reload(files);
        key.reset();
      }
    } catch (ClosedWatchServiceException e) {
      LOG.debug("no longer following {}", files);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void reload(PemFiles files) {
    try {
      var fresh = files.read();
      if (!fresh.equals(current())) {
        replace(fresh);
        LOG.info(
            "tls material reloaded key={} authorities={}", fresh.key(), fresh.trusted().size());
      }
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("tls material not reloaded, the former stays in use: {}", e.toString());
    }
  }
}
