package io.kubejar.kubelet.runtime;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.cri.runtime.v1.LinuxContainerResources;
import io.kubejar.kubelet.pod.PodFacts;
import java.util.Map;
import java.util.stream.Stream;

/// Requests and limits as the kernel takes them.
public final class Resources {
  private static final long SHARES_PER_CPU = 1024;
  private static final long SHARES_MIN = 2;
  private static final long SHARES_MAX = 262_144;
  private static final long PERIOD_US = 100_000;
  private static final long QUOTA_US_MIN = 1000;

  /// What a whole pod may use; zero means without limit.
  public record PodLimits(long cpuShares, long cpuQuotaUs, long cpuPeriodUs, long memoryBytes) {}

  private Resources() {}

  /// @param unified whether the machine has cgroups of version 2 only
  static LinuxContainerResources of(
      Pod pod, Container container, long machineMemoryBytes, boolean unified) {
    long limitMilli = milli(container.resources().limits(), "cpu");
    long requestMilli = milli(container.resources().requests(), "cpu");
    var out =
        LinuxContainerResources.newBuilder()
            .setCpuShares(shares(requestMilli == 0 ? limitMilli : requestMilli))
            .setCpuPeriod(PERIOD_US)
            .setOomScoreAdj(oomScore(pod, container, machineMemoryBytes));
    if (limitMilli > 0) {
      out.setCpuQuota(quota(limitMilli));
    }
    long memory = value(container.resources().limits(), "memory");
    if (memory > 0) {
      out.setMemoryLimitInBytes(memory);
    }
    if (unified) {
      out.putUnified("memory.oom.group", "1"); // All of a container ends, not one process of it.
    }
    return out.build();
  }

  static long shares(long milliCpu) {
    return Math.clamp(milliCpu * SHARES_PER_CPU / 1000, SHARES_MIN, SHARES_MAX);
  }

  static long quota(long milliCpu) {
    return Math.max(milliCpu * PERIOD_US / 1000, QUOTA_US_MIN);
  }

  /// The less a pod was promised, the sooner the kernel ends it when memory is short.
  static int oomScore(Pod pod, Container container, long machineMemoryBytes) {
    return switch (PodFacts.qosClass(pod)) {
      case "Guaranteed" -> -997;
      case "BestEffort" -> 1000;
      default -> {
        long request = value(container.resources().requests(), "memory");
        long score = 1000 - 1000 * request / Math.max(1, machineMemoryBytes);
        yield Math.clamp(score, 3, 999);
      }
    };
  }

  /// The limits of the cgroup around all containers of the pod.
  public static PodLimits ofPod(Pod pod) {
    var main = pod.spec().containers();
    var sidecars = pod.spec().initContainers().stream().filter(PodFacts::isSidecar).toList();
    var initial =
        pod.spec().initContainers().stream().filter(one -> !PodFacts.isSidecar(one)).toList();
    long limitMilli = 0;
    long memory = 0;
    boolean allCpu = true;
    boolean allMemory = true;
    for (var container : Stream.concat(main.stream(), sidecars.stream()).toList()) {
      limitMilli += milli(container.resources().limits(), "cpu");
      memory += value(container.resources().limits(), "memory");
      allCpu &= milli(container.resources().limits(), "cpu") > 0;
      allMemory &= value(container.resources().limits(), "memory") > 0;
    }
    for (var container : initial) {
      limitMilli = Math.max(limitMilli, milli(container.resources().limits(), "cpu"));
      memory = Math.max(memory, value(container.resources().limits(), "memory"));
      allCpu &= milli(container.resources().limits(), "cpu") > 0;
      allMemory &= value(container.resources().limits(), "memory") > 0;
    }
    return new PodLimits(
        shares(cpuRequestMilli(pod)),
        allCpu ? quota(limitMilli) : 0,
        PERIOD_US,
        allMemory ? memory : 0);
  }

  /// Thousandths of a processor that a pod was promised: those of its containers together, or those
  /// of an init container that wants more.
  static long cpuRequestMilli(Pod pod) {
    long together = 0;
    long initial = 0;
    for (var container : PodFacts.allContainers(pod).toList()) {
      long own = milli(container.resources().requests(), "cpu");
      boolean ends = PodFacts.isInit(pod, container.name()) && !PodFacts.isSidecar(container);
      together += ends ? 0 : own;
      initial = ends ? Math.max(initial, own) : initial;
    }
    return Math.max(together, initial);
  }

  private static long milli(Map<String, Quantity> amounts, String name) {
    var amount = amounts.get(name);
    return amount == null ? 0 : amount.milliValue();
  }

  private static long value(Map<String, Quantity> amounts, String name) {
    var amount = amounts.get(name);
    return amount == null ? 0 : amount.value();
  }
}
