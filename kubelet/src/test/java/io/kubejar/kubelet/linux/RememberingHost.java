package io.kubejar.kubelet.linux;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/// A host that does nothing and knows what it was asked for.
public final class RememberingHost implements Host {
  private final Map<String, CgroupLimits> cgroups = new ConcurrentHashMap<>();

  /// What a cgroup was limited to last.
  public CgroupLimits limits(String cgroup) {
    return Objects.requireNonNull(cgroups.get(cgroup), cgroup);
  }

  @Override
  public void mountMemory(Path target, String options) {}

  @Override
  public void unmount(Path target) {}

  @Override
  public List<Path> mountsBelow(Path directory) {
    return List.of();
  }

  @Override
  public void limitCgroup(String path, CgroupLimits limits) {
    cgroups.put(path, limits);
  }

  @Override
  public void removeCgroup(String path) {
    cgroups.remove(path);
  }

  @Override
  public String runtimeCgroup(String path) {
    return path;
  }

  @Override
  public boolean unifiedCgroups() {
    return false;
  }

  @Override
  public Usage usage(String cgroup) {
    return new Usage(0, 0);
  }

  @Override
  public long memoryBytes() {
    return 1L << 30;
  }
}
