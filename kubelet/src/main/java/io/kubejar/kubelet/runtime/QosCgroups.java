package io.kubejar.kubelet.runtime;

import io.kubejar.api.core.v1.Pod;
import io.kubejar.kubelet.linux.Host;
import io.kubejar.kubelet.linux.Host.CgroupLimits;
import io.kubejar.kubelet.pod.PodFacts;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The cgroups around all pods, and around those of one quality of service. When the processors are
/// busy, all pods together get what is allocatable, the burstable ones what they asked for
/// together, and those that asked for nothing get what is left, as upstream's QoS container manager
/// has it.
public final class QosCgroups {
  private static final Logger log = LoggerFactory.getLogger(QosCgroups.class);

  private final Host host;
  private final String root;
  private final Map<String, Long> burstableMilli = new HashMap<>();

  /// @param cgroupRoot below which `kubepods` lies
  public QosCgroups(Host host, String cgroupRoot) {
    this.host = host;
    this.root = (cgroupRoot.equals("/") ? "" : cgroupRoot) + "/kubepods";
  }

  /// Where a pod's cgroup lies.
  String of(Pod pod) {
    String name = "/pod" + pod.metadata().uid();
    return switch (PodFacts.qosClass(pod)) {
      case "Guaranteed" -> root + name;
      case "BestEffort" -> bestEffort() + name;
      default -> burstable() + name;
    };
  }

  /// Removes the cgroup of a pod, in whichever quality it ran: of a pod that is no longer known,
  /// nobody can tell.
  void removeOf(Pod pod) throws IOException {
    String name = "/pod" + pod.metadata().uid();
    for (var parent : List.of(root, burstable(), bestEffort())) {
      host.removeCgroup(parent + name);
    }
  }

  private String burstable() {
    return root + "/burstable";
  }

  private String bestEffort() {
    return root + "/besteffort";
  }

  /// Makes the cgroups, for so many thousandths of processors and bytes of memory for all pods.
  public void prepare(long cpuMilli, long memoryBytes) throws IOException {
    host.limitCgroup(root, new CgroupLimits(Resources.shares(cpuMilli), 0, 0, memoryBytes));
    host.limitCgroup(bestEffort(), shares(0));
    writeBurstable();
  }

  /// Counts a pod that runs here.
  public void add(Pod pod) {
    if (PodFacts.qosClass(pod).equals("Burstable")) {
      change(() -> burstableMilli.put(pod.metadata().uid(), Resources.cpuRequestMilli(pod)));
    }
  }

  /// Counts a pod no longer that has ended.
  public void remove(Pod pod) {
    change(() -> burstableMilli.remove(pod.metadata().uid()));
  }

  private synchronized void change(Runnable change) {
    var before = Map.copyOf(burstableMilli);
    change.run();
    if (!burstableMilli.equals(before)) {
      try {
        writeBurstable();
      } catch (IOException e) {
        // Pods share unfairly until the next one comes or goes; that is no reason not to run them.
        log.warn("cgroup={} is not brought up to date: {}", burstable(), e.toString());
      }
    }
  }

  private synchronized void writeBurstable() throws IOException {
    long milli = burstableMilli.values().stream().mapToLong(Long::longValue).sum();
    host.limitCgroup(burstable(), shares(milli));
  }

  private static CgroupLimits shares(long cpuMilli) {
    return new CgroupLimits(Resources.shares(cpuMilli), 0, 0, 0);
  }
}
