package io.kubejar.kubelet.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubejar.kubelet.linux.Host.CgroupLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The files that are written and read, in a directory that looks like the kernel's.
class CgroupsTest {
  private static final String POD = "/kubejar/kubepods/burstable/pod1";
  private static final List<String> V2_FILES =
      List.of("cgroup.subtree_control", "cpu.weight", "cpu.max", "memory.max");

  @TempDir Path root;

  @Test
  void versionTwoGetsWeightsQuotasAndLimits() throws IOException {
    var cgroups = unified();

    cgroups.limit(POD, new CgroupLimits(102, 50_000, 100_000, 67_108_864));

    assertThat(cgroups.unified()).isTrue();
    assertThat(at(POD, "cpu.weight")).hasContent("4");
    assertThat(at(POD, "cpu.max")).hasContent("50000 100000");
    assertThat(at(POD, "memory.max")).hasContent("67108864");
  }

  @Test
  void versionTwoHandsControllersDownToThePodsParents() throws IOException {
    unified().limit(POD, new CgroupLimits(2, 0, 0, 0));

    for (var parent : List.of("", "/kubejar", "/kubejar/kubepods", "/kubejar/kubepods/burstable")) {
      assertThat(at(parent, "cgroup.subtree_control")).hasContent("+cpuset +cpu +memory +pids");
    }
    assertThat(at(POD, "cgroup.subtree_control")).isEmptyFile();
  }

  @Test
  void versionTwoLeavesAloneWhatHasNoLimit() throws IOException {
    unified().limit(POD, new CgroupLimits(2, 0, 100_000, 0));

    assertThat(at(POD, "cpu.weight")).hasContent("1");
    assertThat(at(POD, "cpu.max")).isEmptyFile();
    assertThat(at(POD, "memory.max")).isEmptyFile();
  }

  @Test
  void versionTwoKnowsTheWholeRangeOfShares() throws IOException {
    var cgroups = unified();

    cgroups.limit(POD, new CgroupLimits(1024, 0, 0, 0));
    assertThat(at(POD, "cpu.weight")).hasContent("39");
    cgroups.limit(POD, new CgroupLimits(262_144, 0, 0, 0));
    assertThat(at(POD, "cpu.weight")).hasContent("10000");
  }

  @Test
  void versionTwoTellsWhatIsUsed() throws IOException {
    var cgroups = unified();
    Files.writeString(at(POD, "cpu.stat"), "usage_usec 1500\nuser_usec 1000\nsystem_usec 500\n");
    Files.writeString(at(POD, "memory.current"), "430080\n");

    assertThat(cgroups.usage(POD)).isEqualTo(new Host.Usage(1_500_000, 430_080));
    assertThat(cgroups.usage("/gone")).isEqualTo(new Host.Usage(0, 0));
  }

  @Test
  void versionOneGetsEachLimitInItsOwnHierarchy() throws IOException {
    for (var hierarchy : List.of("cpu", "memory", "unified")) {
      Files.createDirectories(root.resolve(hierarchy + POD));
    }
    for (var file : List.of("cpu.shares", "cpu.cfs_period_us", "cpu.cfs_quota_us")) {
      Files.createFile(at("/cpu" + POD, file));
    }
    Files.createFile(at("/memory" + POD, "memory.limit_in_bytes"));
    var cgroups = Cgroups.at(root);

    cgroups.limit(POD, new CgroupLimits(102, 50_000, 100_000, 67_108_864));

    assertThat(cgroups.unified()).isFalse();
    assertThat(at("/cpu" + POD, "cpu.shares")).hasContent("102");
    assertThat(at("/cpu" + POD, "cpu.cfs_quota_us")).hasContent("50000");
    assertThat(at("/memory" + POD, "memory.limit_in_bytes")).hasContent("67108864");
  }

  @Test
  void removesACgroupWithAllBelowItInEveryHierarchy() throws IOException {
    Files.createDirectories(root.resolve("cpu" + POD + "/container"));
    Files.createDirectories(root.resolve("memory" + POD));

    Cgroups.at(root).remove("/kubejar");

    assertThat(root.resolve("cpu/kubejar")).doesNotExist();
    assertThat(root.resolve("memory/kubejar")).doesNotExist();
    assertThat(root.resolve("memory")).exists();
  }

  /// Unlike the kernel, a file system puts no files into a new directory.
  private Cgroups unified() throws IOException {
    var level = root;
    makeLevel(level);
    for (var part : Path.of(POD.substring(1))) {
      level = level.resolve(part);
      makeLevel(level);
    }
    return Cgroups.at(root);
  }

  private static void makeLevel(Path level) throws IOException {
    Files.createDirectories(level);
    Files.writeString(level.resolve("cgroup.controllers"), "cpuset cpu memory pids\n");
    for (var file : V2_FILES) {
      Files.createFile(level.resolve(file));
    }
  }

  private Path at(String cgroup, String file) {
    return root.resolve(cgroup.isEmpty() ? file : cgroup.substring(1) + "/" + file);
  }
}
