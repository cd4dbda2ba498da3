package io.kubejar.kubelet.linux;

import io.kubejar.kubelet.linux.Host.CgroupLimits;
import io.kubejar.kubelet.linux.Host.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Control groups by files: version 2 where it is mounted alone, else the hierarchies of version 1
/// (also when version 2 is mounted beside them).
final class Cgroups {
  private static final List<String> V1 =
      List.of(
          "cpu",
          "cpuacct",
          "memory",
          "pids",
          "blkio",
          "cpuset",
          "devices",
          "freezer",
          "hugetlb",
          "systemd",
          "net_cls",
          "net_prio",
          "perf_event",
          "rdma",
          "unified");
  private static final long V2_WEIGHT_MAX = 9999;
  private static final long SHARES_RANGE = 262_142;

  private final Path root;
  private final boolean unified;

  private Cgroups(Path root, boolean unified) {
    this.root = root;
    this.unified = unified;
  }

  static Cgroups ofThisMachine() {
    return at(Path.of("/sys/fs/cgroup"));
  }

  /// Those mounted there.
  static Cgroups at(Path root) {
    return new Cgroups(root, Files.exists(root.resolve("cgroup.controllers")));
  }

  boolean unified() {
    return unified;
  }

  private static String relative(String path) {
    return path.startsWith("/") ? path.substring(1) : path;
  }

  private List<Path> places(String path) {
    return unified
        ? List.of(root.resolve(relative(path)))
        : V1.stream()
            .map(root::resolve)
            .filter(Files::isDirectory)
            .map(hierarchy -> hierarchy.resolve(relative(path)))
            .toList();
  }

  void limit(String path, CgroupLimits limits) throws IOException {
    if (unified) {
      limitUnified(path, limits);
      return;
    }
    var cpu = root.resolve("cpu").resolve(relative(path));
    if (Files.isDirectory(root.resolve("cpu"))) {
      Files.createDirectories(cpu);
      write(cpu, "cpu.shares", Long.toString(limits.cpuShares()));
      if (limits.cpuQuotaUs() > 0) {
        write(cpu, "cpu.cfs_period_us", Long.toString(limits.cpuPeriodUs()));
        write(cpu, "cpu.cfs_quota_us", Long.toString(limits.cpuQuotaUs()));
      }
    }
    var memory = root.resolve("memory").resolve(relative(path));
    if (limits.memoryBytes() > 0 && Files.isDirectory(root.resolve("memory"))) {
      Files.createDirectories(memory);
      write(memory, "memory.limit_in_bytes", Long.toString(limits.memoryBytes()));
    }
  }

  private void limitUnified(String path, CgroupLimits limits) throws IOException {
    var at = root;
    for (var part : Path.of(relative(path))) {
      enable(at);
      at = at.resolve(part);
      Files.createDirectories(at);
    }
    long weight = 1 + (limits.cpuShares() - 2) * V2_WEIGHT_MAX / SHARES_RANGE;
    write(at, "cpu.weight", Long.toString(weight));
    if (limits.cpuQuotaUs() > 0) {
      write(at, "cpu.max", limits.cpuQuotaUs() + " " + limits.cpuPeriodUs());
    }
    if (limits.memoryBytes() > 0) {
      write(at, "memory.max", Long.toString(limits.memoryBytes()));
    }
  }

  /// Hands every controller down one level.
  private static void enable(Path at) throws IOException {
    var wanted = new StringBuilder();
    for (String name : Files.readString(at.resolve("cgroup.controllers")).strip().split(" ", -1)) {
      wanted.append(wanted.isEmpty() ? "+" : " +").append(name);
    }
    write(at, "cgroup.subtree_control", wanted.toString());
  }

  private static void write(Path directory, String file, String value) throws IOException {
    var target = directory.resolve(file);
    if (Files.exists(target)) {
      Files.writeString(target, value);
    }
  }

  void remove(String path) throws IOException {
    for (var place : places(path)) {
      if (!Files.isDirectory(place)) {
        continue;
      }
      List<Path> directories;
      try (Stream<Path> all = Files.walk(place)) {
        directories = all.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).toList();
      }
      for (var directory : directories) {
        Files.deleteIfExists(directory);
      }
    }
  }

  Usage usage(String path) throws IOException {
    if (unified) {
      var at = root.resolve(relative(path));
      long micros = 0;
      if (Files.exists(at.resolve("cpu.stat"))) {
        for (String line : Files.readAllLines(at.resolve("cpu.stat"))) {
          if (line.startsWith("usage_usec ")) {
            micros = Long.parseLong(line.substring("usage_usec ".length()));
          }
        }
      }
      return new Usage(micros * 1000, number(at.resolve("memory.current")));
    }
    return new Usage(
        number(root.resolve("cpuacct").resolve(relative(path)).resolve("cpuacct.usage")),
        number(root.resolve("memory").resolve(relative(path)).resolve("memory.usage_in_bytes")));
  }

  private static long number(Path file) throws IOException {
    return Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
  }
}
