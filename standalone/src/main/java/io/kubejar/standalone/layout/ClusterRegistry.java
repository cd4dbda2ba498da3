package io.kubejar.standalone.layout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;

/// All clusters of this machine (of this user, without root): one file per cluster that names its
/// data directory. Changes happen under a file lock, so that two `up` at once get different
/// networks.
public record ClusterRegistry(Path home) {
  private static final String LOCK = ".lock"; // No cluster's name begins with a dot.

  /// The registry that belongs to the user: root's is the machine's.
  public static ClusterRegistry ofUser(boolean root, Path userHome) {
    return new ClusterRegistry(
        root ? Path.of("/var/lib/kubejar") : userHome.resolve(".local/share/kubejar"));
  }

  /// Where a cluster's data lies unless the user says otherwise.
  public Path defaultDataDir(String name) {
    return home.resolve(name);
  }

  /// Finds a cluster by its name.
  public Optional<ClusterRecord> find(String name) {
    var entry = entry(name);
    if (!Files.exists(entry)) {
      return Optional.empty();
    }
    try {
      return ClusterRecord.load(Path.of(Files.readString(entry).strip()));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + entry, e);
    }
  }

  /// Every cluster whose data directory still exists.
  public List<ClusterRecord> all() {
    if (!Files.isDirectory(entries())) {
      return List.of();
    }
    var found = new ArrayList<ClusterRecord>();
    try (var files = Files.list(entries())) {
      files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.equals(LOCK))
          .sorted()
          .forEach(name -> find(name).ifPresent(found::add));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + entries(), e);
    }
    return List.copyOf(found);
  }

  /// Adds a cluster to the list.
  public void add(ClusterRecord cluster) {
    try {
      Files.createDirectories(entries());
      Files.writeString(entry(cluster.name()), cluster.dataDir() + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + entry(cluster.name()), e);
    }
  }

  /// Takes a cluster off the list; the last one takes the list's directory along.
  public void remove(String name) {
    try {
      Files.deleteIfExists(entry(name));
      if (all().isEmpty() && Files.isDirectory(entries())) {
        removeList();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + entry(name), e);
    }
  }

  /// Names of clusters whose data somebody took away go too: nothing is left to find.
  private void removeList() throws IOException {
    try (var files = Files.list(entries())) {
      for (var file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(entries());
    try {
      deleteIfEmpty(home);
    } catch (FileSystemException _) {
      // A disk of its own is mounted there: the place stays, and is empty.
    }
  }

  /// The lowest index that no cluster of this machine has.
  public int freeIndex() {
    var taken = new TreeSet<Integer>();
    all().forEach(cluster -> taken.add(cluster.index()));
    int index = 0;
    while (taken.contains(index)) {
      index++;
    }
    if (index >= ClusterRecord.MAX_CLUSTERS) {
      throw new IllegalStateException("this machine has " + index + " clusters; remove one first");
    }
    return index;
  }

  /// Runs `change` while no other process changes the list.
  public <T> T exclusively(Supplier<T> change) {
    try {
      Files.createDirectories(entries());
      try (var channel =
              FileChannel.open(
                  entries().resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          var _ = channel.lock()) {
        return change.get();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lock " + entries(), e);
    }
  }

  private Path entries() {
    return home.resolve("clusters");
  }

  private Path entry(String name) {
    return entries().resolve(name);
  }

  private static void deleteIfEmpty(Path directory) throws IOException {
    try (var children = Files.list(directory)) {
      if (children.findAny().isPresent()) {
        return;
      }
    }
    Files.deleteIfExists(directory);
  }
}
