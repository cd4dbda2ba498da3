package io.kubejar.cri.linux;

import io.kubejar.cri.PauseImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The configuration file of our containerd, in the form (version 2) that every containerd from 1.3
/// to 2.x reads.
final class ContainerdConfig {
  private static final long CAP_SYS_RESOURCE = 1L << 24;

  private ContainerdConfig() {}

  static String text(ContainerdOptions options) throws IOException {
    return """
    version = 2
    root = %s
    state = %s
    disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.aufs", \
    "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", \
    "io.containerd.snapshotter.v1.zfs", "io.containerd.tracing.processor.v1.otlp"]

    [grpc]
      address = %s

    [ttrpc]
      address = %s

    [plugins."io.containerd.grpc.v1.cri"]
      sandbox_image = "%s"
      stream_server_address = "127.0.0.1"
      stream_server_port = "0"
      enable_selinux = false
      tolerate_missing_hugetlb_controller = true
      restrict_oom_score_adj = %s

      [plugins."io.containerd.grpc.v1.cri".cni]
        bin_dir = %s
        conf_dir = %s

      [plugins."io.containerd.grpc.v1.cri".containerd]
        snapshotter = "overlayfs"
        default_runtime_name = "runc"

        [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
          runtime_type = "io.containerd.runc.v2"

          [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
            SystemdCgroup = false
    """
        .formatted(
            quoted(options.root()),
            quoted(options.state()),
            quoted(options.socket()),
            quoted(options.runDirectory().resolve("containerd.sock.ttrpc")),
            PauseImage.NAME,
            !mayLowerOomScores(),
            quoted(options.cniBinaries()),
            quoted(options.cniConfig()));
  }

  /// Without CAP_SYS_RESOURCE (a container, some virtual machines) no process may be made less
  /// likely to be killed than we are ourselves, and every sandbox would fail to start for trying.
  private static boolean mayLowerOomScores() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("CapEff:")) {
        long capabilities = Long.parseUnsignedLong(line.substring("CapEff:".length()).strip(), 16);
        return (capabilities & CAP_SYS_RESOURCE) != 0;
      }
    }
    return true;
  }

  private static String quoted(Path path) {
    return "\"" + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
