package io.kubejar.kubelet.volume;

import io.kubejar.apimachinery.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// A directory whose files change all at once: they lie in a directory of their own, `..data`
/// points to it, and every name a container sees points through `..data`. A change makes a new
/// directory and turns the pointer.
final class AtomicDirectory {
  private static final String DATA = "..data";

  private final Path directory;

  AtomicDirectory(Path directory) {
    this.directory = directory;
  }

  /// Brings the files to this content; answers whether anything changed.
  boolean write(Map<String, FileContent> files, Owner owner) throws IOException {
    Files.createDirectories(directory);
    if (files.equals(current())) {
      return false;
    }
    var fresh = Files.createTempDirectory(directory, "..");
    permissions(fresh, 0755);
    owner.take(fresh);
    for (var file : files.entrySet()) {
      var path = fresh.resolve(file.getKey()).normalize();
      if (!path.startsWith(fresh)) {
        throw new IOException("a file of a volume must not leave it: " + file.getKey());
      }
      for (var at = path.getParent(); at != null && !Files.exists(at); at = at.getParent()) {
        Files.createDirectories(path.getParent());
      }
      Files.write(path, file.getValue().bytes().toArray());
      permissions(path, file.getValue().mode());
      owner.take(path);
    }
    var old =
        Files.isSymbolicLink(data()) ? directory.resolve(Files.readSymbolicLink(data())) : null;
    var pointer = directory.resolve("..data_tmp");
    Files.deleteIfExists(pointer);
    Files.createSymbolicLink(pointer, fresh.getFileName());
    Files.move(
        pointer, data(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    link(files);
    if (old != null) {
      Trees.delete(old);
    }
    return true;
  }

  private Path data() {
    return directory.resolve(DATA);
  }

  private void link(Map<String, FileContent> files) throws IOException {
    Set<String> tops = new TreeSet<>();
    files.keySet().forEach(name -> tops.add(Path.of(name).getName(0).toString()));
    for (String top : tops) {
      var link = directory.resolve(top);
      if (!Files.isSymbolicLink(link)) {
        Files.createSymbolicLink(link, Path.of(DATA, top));
      }
    }
    try (Stream<Path> names = Files.list(directory)) {
      for (var name : names.toList()) {
        String text = name.getFileName().toString();
        if (!text.startsWith("..") && !tops.contains(text)) {
          Files.delete(name);
        }
      }
    }
  }

  private Map<String, FileContent> current() throws IOException {
    var found = new HashMap<String, FileContent>();
    if (!Files.isSymbolicLink(data())) {
      return Map.of("\0", new FileContent(Bytes.EMPTY, 0)); // Like nothing that is ever wanted.
    }
    var root = data().toRealPath();
    try (Stream<Path> all = Files.walk(root)) {
      for (var path : all.filter(Files::isRegularFile).toList()) {
        var content = new FileContent(Bytes.wrap(Files.readAllBytes(path)), mode(path));
        found.put(root.relativize(path).toString(), content);
      }
    }
    return found;
  }

  private static int mode(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:mode") & 07777;
  }

  static void permissions(Path path, int mode) throws IOException {
    var permissions = EnumSet.noneOf(PosixFilePermission.class);
    var all = PosixFilePermission.values(); // Owner read first, others execute last.
    for (int i = 0; i < all.length; i++) {
      if ((mode & (0400 >> i)) != 0) {
        permissions.add(all[i]);
      }
    }
    Files.setPosixFilePermissions(path, permissions);
  }

  /// To whom new files are given.
  interface Owner {
    Owner KEEP = path -> {};

    void take(Path path) throws IOException;
  }

  /// Helps to remove what may not be there any more.
  static final class Trees {
    private Trees() {}

    static void delete(Path root) throws IOException {
      if (!Files.exists(root, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
        return;
      }
      try (Stream<Path> all = Files.walk(root)) {
        for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    }
  }
}
