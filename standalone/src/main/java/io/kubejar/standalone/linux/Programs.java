package io.kubejar.standalone.linux;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Where the machine keeps its programs.
public final class Programs {
  private static final List<String> SYSTEM_DIRECTORIES =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");
  private static final List<String> CNI_DIRECTORIES = List.of("/opt/cni/bin", "/usr/lib/cni");

  private Programs() {}

  /// Finds a program on the PATH or in the system's directories.
  public static Optional<Path> find(String name) {
    var path = System.getenv().getOrDefault("PATH", "");
    return Stream.concat(Stream.of(path.split(":", -1)), SYSTEM_DIRECTORIES.stream())
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /// The directory of the CNI plugins a pod network needs.
  public static Optional<Path> cniPlugins() {
    return CNI_DIRECTORIES.stream()
        .map(Path::of)
        .filter(
            directory ->
                Stream.of("bridge", "host-local", "loopback", "portmap")
                    .allMatch(plugin -> Files.isExecutable(directory.resolve(plugin))))
        .findFirst();
  }
}
