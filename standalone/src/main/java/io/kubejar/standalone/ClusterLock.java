package io.kubejar.standalone;

import io.kubejar.standalone.layout.ClusterLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// Held by the process that runs a cluster. The operating system gives it up when the process dies,
/// however it dies, so a stale lock cannot exist.
final class ClusterLock implements AutoCloseable {
  private final FileChannel channel;

  private ClusterLock(FileChannel channel) {
    this.channel = channel;
  }

  /// Takes the lock and writes this process's id into it; empty if another process runs the
  /// cluster.
  static Optional<ClusterLock> take(ClusterLayout layout) {
    try {
      Files.createDirectories(layout.dataDir());
      var channel =
          FileChannel.open(
              layout.lock(),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.READ);
      if (channel.tryLock() == null) {
        channel.close();
        return Optional.empty();
      }
      var pid = Long.toString(ProcessHandle.current().pid()) + "\n";
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.UTF_8)), 0);
      return Optional.of(new ClusterLock(channel));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lock " + layout.lock(), e);
    }
  }

  /// The process that runs the cluster now, if one does.
  static Optional<ProcessHandle> holder(ClusterLayout layout) {
    if (!Files.exists(layout.lock())) {
      return Optional.empty();
    }
    try (var channel =
        FileChannel.open(layout.lock(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      FileLock ours = channel.tryLock();
      if (ours != null) {
        return Optional.empty(); // Nobody held it.
      }
      var pid = Files.readString(layout.lock()).strip();
      return pid.isEmpty() ? Optional.empty() : ProcessHandle.of(Long.parseLong(pid));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + layout.lock(), e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unlock", e);
    }
  }
}
