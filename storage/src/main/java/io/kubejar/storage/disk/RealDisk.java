package io.kubejar.storage.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A directory of the operating system.
///
/// Its threads must not be interrupted while they read or write: an interrupt closes the file.
public final class RealDisk implements Disk {
  private static final String LOCK_FILE = "lock";
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path directory;

  private RealDisk(Path directory) {
    this.directory = directory;
  }

  /// Opens a directory, which is made, for its owner only, if it does not exist.
  public static RealDisk open(Path directory) throws IOException {
    var absolute = directory.toAbsolutePath().normalize();
    if (!Files.isDirectory(absolute)) {
      createDurably(absolute);
    }
    return new RealDisk(absolute);
  }

  private static void createDurably(Path directory) throws IOException {
    var missing = new ArrayList<Path>();
    for (var p = directory; p != null && !Files.isDirectory(p); p = p.getParent()) {
      missing.addFirst(p);
    }
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    for (var p : missing) {
      Files.createDirectory(p, ownerOnly);
      var parent = p.getParent();
      if (parent != null) {
        syncDirectory(parent);
      }
    }
  }

  private static void syncDirectory(Path directory) throws IOException {
    try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public List<String> list() throws IOException {
    try (var files = Files.list(directory)) {
      return files
          .map(p -> p.getFileName().toString())
          .filter(name -> !name.equals(LOCK_FILE))
          .sorted()
          .toList();
    }
  }

  @Override
  public DiskFile create(String name) throws IOException {
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    var options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    return new RealFile(FileChannel.open(directory.resolve(name), options, ownerOnly));
  }

  @Override
  public DiskFile open(String name) throws IOException {
    return new RealFile(
        FileChannel.open(
            directory.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    Files.move(directory.resolve(from), directory.resolve(to), StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void delete(String name) throws IOException {
    Files.delete(directory.resolve(name));
  }

  @Override
  public void sync() throws IOException {
    syncDirectory(directory);
  }

  /// A process loses its lock when it closes any channel of the file, even one that never had the
  /// lock; so this process must know by itself what it holds, before it opens the file.
  @Override
  public Closeable lock() throws IOException {
    var real = directory.toRealPath();
    if (!HELD.add(real)) {
      throw new DiskLockedException(directory + " is in use by this process already");
    }
    try {
      var channel = lockFile(real.resolve(LOCK_FILE));
      return () -> {
        channel.close();
        HELD.remove(real);
      };
    } catch (IOException e) {
      HELD.remove(real);
      throw e;
    }
  }

  private FileChannel lockFile(Path path) throws IOException {
    var channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        throw new DiskLockedException(
            directory + " is in use by another process" + holder(channel));
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)),
          0);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    var pid = ByteBuffer.allocate(20);
    channel.read(pid, 0);
    var text = new String(pid.array(), 0, pid.position(), StandardCharsets.US_ASCII);
    return text.isEmpty() ? "" : ", pid " + text;
  }

  @Override
  public String toString() {
    return directory.toString();
  }

  private record RealFile(FileChannel channel) implements DiskFile {
    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
      long at = position;
      while (target.hasRemaining()) {
        int count = channel.read(target, at);
        if (count < 0) {
          return;
        }
        at += count;
      }
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
      long at = position;
      while (source.hasRemaining()) {
        at += channel.write(source, at);
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      channel.truncate(size);
    }

    /// As `fdatasync`: the size is part of what is needed to read the bytes again, so it is durable
    /// too; the times of the file are not, and leaving them out saves a write of the journal.
    @Override
    public void sync() throws IOException {
      channel.force(false);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
