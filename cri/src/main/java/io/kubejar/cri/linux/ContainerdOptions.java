package io.kubejar.cri.linux;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Where a containerd of ours lives. `directory` keeps images and snapshots; `runDirectory` keeps
/// sockets and what a reboot may take. Keep `runDirectory` short: a unix socket's path has at most
/// 107 characters.
public record ContainerdOptions(
    Path binary, Path directory, Path runDirectory, Path cniConfig, Path cniBinaries) {
  private static final List<Path> CNI_PLACES =
      List.of(Path.of("/opt/cni/bin"), Path.of("/usr/lib/cni"));

  /// The usual binary and plug-in directories of this machine.
  public static ContainerdOptions under(Path directory, Path runDirectory) {
    var cni =
        CNI_PLACES.stream()
            .filter(place -> Files.exists(place.resolve("bridge")))
            .findFirst()
            .orElse(CNI_PLACES.getLast());
    return new ContainerdOptions(
        Path.of("/usr/bin/containerd"),
        directory,
        runDirectory,
        directory.resolve("cni").resolve("net.d"),
        cni);
  }

  /// The socket of CRI and of containerd's own services.
  public Path socket() {
    return runDirectory.resolve("containerd.sock");
  }

  Path config() {
    return directory.resolve("config.toml");
  }

  Path root() {
    return directory.resolve("root");
  }

  Path state() {
    return runDirectory.resolve("state");
  }

  Path pidFile() {
    return runDirectory.resolve("containerd.pid");
  }

  /// The log that containerd appends to.
  public Path log() {
    return directory.resolve("containerd.log");
  }
}
