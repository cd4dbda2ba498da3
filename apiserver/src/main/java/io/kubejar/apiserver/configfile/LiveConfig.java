package io.kubejar.apiserver.configfile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.Function;

/// What a configuration file says, which may be replaced while the server runs. Content that cannot
/// be used leaves the former in use.
public final class LiveConfig<T> {
  private final Function<String, T> read;
  private final ReloadMetrics metrics;
  private volatile T current;
  private String content;

  /// @param read understands the content, or throws a [ConfigFileException]
  /// @throws ConfigFileException if the content cannot be used
  public LiveConfig(String content, Function<String, T> read, ReloadMetrics metrics) {
    this.read = read;
    this.metrics = metrics;
    this.current = read.apply(content);
    this.content = content;
    metrics.inUse(content);
  }

  public T current() {
    return current;
  }

  /// Follows the file until the result is closed.
  public FollowedFile.Following follow(Path file) {
    try {
      return FollowedFile.follow(file, this::replace);
    } catch (IOException unwatchable) {
      throw new UncheckedIOException("cannot follow " + file, unwatchable);
    }
  }

  /// Takes other content into use.
  ///
  /// @throws ConfigFileException if it cannot be used
  public synchronized void replace(String fresh) {
    if (fresh.equals(content)) {
      return;
    }
    try {
      current = read.apply(fresh);
      content = fresh;
      metrics.reloaded(true);
      metrics.inUse(fresh);
    } catch (ConfigFileException unusable) {
      metrics.reloaded(false);
      throw unusable;
    }
  }
}
