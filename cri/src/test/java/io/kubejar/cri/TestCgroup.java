package io.kubejar.cri;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/// The cgroup below which the sandboxes of these tests live. Containerd makes it and leaves it.
public final class TestCgroup {
  public static final String PATH = "/kubejar-test";
  private static final Path ROOT = Path.of("/sys/fs/cgroup");

  private TestCgroup() {}

  /// Removes it in every hierarchy, after all its processes have ended.
  public static void remove() throws IOException {
    List<Path> hierarchies;
    try (var all = Files.list(ROOT)) {
      hierarchies = all.filter(Files::isDirectory).toList();
    }
    removeBelow(ROOT);
    for (var hierarchy : hierarchies) {
      if (!Files.isSymbolicLink(hierarchy)) {
        removeBelow(hierarchy);
      }
    }
  }

  private static void removeBelow(Path hierarchy) throws IOException {
    var top = Path.of(hierarchy + PATH);
    if (!Files.isDirectory(top)) {
      return;
    }
    List<Path> directories;
    try (var all = Files.walk(top)) {
      directories = all.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).toList();
    }
    for (var directory : directories) {
      Files.delete(directory); // Its files are the kernel's and go with it.
    }
  }
}
