package io.kubejar.kubelet.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// What a node asks of its operating system. Tests have one that only remembers.
public interface Host {
  /// Mounts an empty memory file system; `options` as in fstab, such as `size=1048576`.
  void mountMemory(Path target, String options) throws IOException;

  /// Takes a mount away; what is still open there stays usable for who has it.
  void unmount(Path target) throws IOException;

  /// The mount points below a directory (and the directory itself), the last mounted last.
  List<Path> mountsBelow(Path directory) throws IOException;

  /// Makes the cgroup of a pod, or brings its limits up to date; zero means no limit.
  void limitCgroup(String path, CgroupLimits limits) throws IOException;

  /// Removes a cgroup with all below it, in every hierarchy.
  void removeCgroup(String path) throws IOException;

  /// How the container runtime is told of a cgroup.
  String runtimeCgroup(String path);

  /// Whether the machine has cgroups of version 2 only.
  boolean unifiedCgroups();

  /// Milliseconds of CPU and bytes of memory that a cgroup uses.
  Usage usage(String cgroup) throws IOException;

  /// The memory of the machine.
  long memoryBytes() throws IOException;

  /// The limits of a cgroup, in the units of version 1.
  record CgroupLimits(long cpuShares, long cpuQuotaUs, long cpuPeriodUs, long memoryBytes) {}

  /// What a cgroup has used, as far as its files tell.
  record Usage(long cpuNanos, long memoryBytes) {}
}
