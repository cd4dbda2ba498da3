package io.kubejar.cri.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The network namespaces of sandboxes, which containerd keeps as mounts: whoever ends sandboxes
/// without it must take those away too.
final class Networks {
  private static final Path PLACE = Path.of("/run/netns");

  private Networks() {}

  /// The kept namespaces that these processes live in.
  static Set<Path> of(List<ProcessHandle> processes) throws IOException {
    var kept = new HashSet<Path>();
    if (!Files.isDirectory(PLACE)) {
      return kept;
    }
    for (var process : processes) {
      var own = Path.of("/proc", Long.toString(process.pid()), "ns", "net");
      try (Stream<Path> all = Files.list(PLACE)) {
        for (var place : all.toList()) {
          if (Files.exists(own) && Files.isSameFile(own, place)) {
            kept.add(place);
          }
        }
      }
    }
    return kept;
  }

  static void remove(Set<Path> networks) throws IOException, InterruptedException {
    for (var network : networks) {
      Mounts.unmount(network.toString());
      Files.deleteIfExists(network);
    }
  }
}
