package io.kubejar.kubelet.node;

import io.kubejar.api.core.v1.ContainerImage;
import io.kubejar.api.core.v1.DaemonEndpoint;
import io.kubejar.api.core.v1.NodeAddress;
import io.kubejar.api.core.v1.NodeCondition;
import io.kubejar.api.core.v1.NodeDaemonEndpoints;
import io.kubejar.api.core.v1.NodeStatus;
import io.kubejar.api.core.v1.NodeSystemInfo;
import io.kubejar.apimachinery.Quantity;
import io.kubejar.cri.runtime.v1.Image;
import io.kubejar.kubelet.KubeletOptions;
import io.kubejar.kubelet.linux.MachineFacts;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The status of a node. Pure.
public final class NodeStatuses {
  private static final String VERSION = "v1.36.0";
  private static final int IMAGES_MAX = 50;
  private static final long EVICTION_MEMORY_BYTES = 100L * 1024 * 1024;

  /// What changes while a node runs.
  ///
  /// @param trouble why pods cannot run; empty when they can
  public record Observation(
      Instant now,
      String trouble,
      String runtimeVersion,
      List<Image> images,
      int port,
      long memoryAvailableBytes,
      long diskBytes) {}

  private NodeStatuses() {}

  /// What pods may use of the machine.
  public static Map<String, Quantity> allocatable(
      KubeletOptions options, MachineFacts facts, long diskBytes) {
    var out = new LinkedHashMap<>(capacity(options, facts, diskBytes));
    out.put("memory", kibibytes(facts.memoryBytes() - EVICTION_MEMORY_BYTES));
    out.put("ephemeral-storage", Quantity.of(diskBytes - diskBytes / 10));
    return out;
  }

  private static Map<String, Quantity> capacity(
      KubeletOptions options, MachineFacts facts, long diskBytes) {
    var out = new LinkedHashMap<String, Quantity>();
    out.put("cpu", Quantity.of(facts.cpus()));
    out.put("ephemeral-storage", kibibytes(diskBytes));
    out.put("hugepages-1Gi", Quantity.ZERO);
    out.put("hugepages-2Mi", Quantity.ZERO);
    out.put("memory", kibibytes(facts.memoryBytes()));
    out.put("pods", Quantity.of(options.podsMax()));
    return out;
  }

  private static Quantity kibibytes(long bytes) {
    return Quantity.parse(bytes / 1024 + "Ki");
  }

  public static NodeStatus of(
      NodeStatus before, KubeletOptions options, MachineFacts facts, Observation seen) {
    return before.toBuilder()
        .capacity(capacity(options, facts, seen.diskBytes()))
        .allocatable(allocatable(options, facts, seen.diskBytes()))
        .addresses(addresses(options))
        .daemonEndpoints(new NodeDaemonEndpoints(new DaemonEndpoint(seen.port())))
        .nodeInfo(info(facts, seen.runtimeVersion()))
        .images(images(seen.images()))
        .conditions(conditions(before, seen))
        .build();
  }

  private static List<NodeAddress> addresses(KubeletOptions options) {
    return Stream.concat(
            options.addresses().stream().map(ip -> new NodeAddress("InternalIP", ip)),
            Stream.of(new NodeAddress("Hostname", options.nodeName())))
        .toList();
  }

  private static NodeSystemInfo info(MachineFacts facts, String runtimeVersion) {
    return NodeSystemInfo.builder()
        .machineID(facts.machineId())
        .systemUUID(facts.systemUuid())
        .bootID(facts.bootId())
        .kernelVersion(facts.kernel())
        .osImage(facts.osImage())
        .containerRuntimeVersion(runtimeVersion)
        .kubeletVersion(VERSION)
        .operatingSystem("linux")
        .architecture(facts.architecture())
        .build();
  }

  private static List<ContainerImage> images(List<Image> images) {
    return images.stream()
        .sorted(Comparator.comparingLong(Image::getSize).reversed())
        .limit(IMAGES_MAX)
        .map(
            image ->
                new ContainerImage(
                    Stream.concat(
                            image.getRepoDigestsList().stream(), image.getRepoTagsList().stream())
                        .limit(5)
                        .toList(),
                    image.getSize()))
        .toList();
  }

  private static List<NodeCondition> conditions(NodeStatus before, Observation seen) {
    boolean low = seen.memoryAvailableBytes() < EVICTION_MEMORY_BYTES;
    var ours =
        List.of(
            condition(
                before,
                seen,
                "MemoryPressure",
                low,
                low ? "KubeletHasInsufficientMemory" : "KubeletHasSufficientMemory",
                low
                    ? "kubelet has insufficient memory available"
                    : "kubelet has sufficient memory available"),
            condition(
                before,
                seen,
                "DiskPressure",
                false,
                "KubeletHasNoDiskPressure",
                "kubelet has no disk pressure"),
            condition(
                before,
                seen,
                "PIDPressure",
                false,
                "KubeletHasSufficientPID",
                "kubelet has sufficient PID available"),
            condition(
                before,
                seen,
                "Ready",
                seen.trouble().isEmpty(),
                seen.trouble().isEmpty() ? "KubeletReady" : "KubeletNotReady",
                seen.trouble().isEmpty() ? "kubelet is posting ready status" : seen.trouble()));
    var all = new ArrayList<NodeCondition>();
    before.conditions().stream()
        .filter(other -> ours.stream().noneMatch(mine -> mine.type().equals(other.type())))
        .forEach(all::add);
    all.addAll(ours);
    return all;
  }

  private static NodeCondition condition(
      NodeStatus before,
      Observation seen,
      String type,
      boolean value,
      String reason,
      String message) {
    String status = value ? "True" : "False";
    var now = seen.now().truncatedTo(ChronoUnit.SECONDS);
    var since =
        before.conditions().stream()
            .filter(old -> old.type().equals(type) && old.status().equals(status))
            .findFirst()
            .map(NodeCondition::lastTransitionTime)
            .orElse(now);
    return NodeCondition.builder()
        .type(type)
        .status(status)
        .reason(reason)
        .message(message)
        .lastHeartbeatTime(now)
        .lastTransitionTime(since)
        .build();
  }
}
