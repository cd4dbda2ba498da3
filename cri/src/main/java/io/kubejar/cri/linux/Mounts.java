package io.kubejar.cri.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The mounts of this machine below a directory.
final class Mounts {
  private Mounts() {}

  /// Unmounts everything below `directory`, the last mounted first.
  static void unmountBelow(Path directory) throws IOException, InterruptedException {
    for (String point : below(directory).reversed()) {
      if (unmount(point) != 0 && below(directory).contains(point)) {
        throw new IOException("cannot unmount " + point);
      }
    }
  }

  static int unmount(String point) throws IOException, InterruptedException {
    return new ProcessBuilder("umount", "-l", point)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  private static List<String> below(Path directory) throws IOException {
    String prefix = directory + "/";
    return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
        .map(line -> line.split(" ", 6)[4].replace("\\040", " "))
        .filter(point -> point.startsWith(prefix))
        .toList();
  }
}
