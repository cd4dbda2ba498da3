package io.kubejar.kubelet.runtime;

import io.kubejar.cri.CriClient;
import io.kubejar.cri.CriException;
import io.kubejar.cri.runtime.v1.Container;
import io.kubejar.cri.runtime.v1.ContainerFilter;
import io.kubejar.cri.runtime.v1.ContainerStatus;
import io.kubejar.cri.runtime.v1.PodSandboxFilter;
import io.kubejar.cri.runtime.v1.PodSandboxState;
import io.kubejar.kubelet.log.LogTail;
import io.kubejar.kubelet.pod.SeenContainer;
import io.kubejar.kubelet.pod.SeenPod;
import io.kubejar.kubelet.pod.SeenSandbox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Reads what the runtime has of a pod. The end of a container never changes, so it is asked for
/// once.
final class PodReader {
  private static final int MESSAGE_BYTES_MAX = 4096;
  private static final int LOG_TAIL_BYTES_MAX = 2048;
  private static final int LOG_TAIL_LINES_MAX = 80;

  private final CriClient cri;
  private final Map<String, SeenContainer> ended = new ConcurrentHashMap<>();
  private final Map<String, List<String>> sandboxIps = new ConcurrentHashMap<>();

  PodReader(CriClient cri) {
    this.cri = cri;
  }

  SeenPod read(String uid) throws InterruptedException {
    var sandboxFilter = PodSandboxFilter.newBuilder().putLabelSelector(CriLabels.POD_UID, uid);
    var sandboxes = new ArrayList<SeenSandbox>();
    for (var found : cri.listPodSandbox(sandboxFilter.build())) {
      boolean ready = found.getState() == PodSandboxState.SANDBOX_READY;
      var ips = ready ? ips(found.getId()) : List.<String>of();
      sandboxes.add(
          new SeenSandbox(
              found.getId(),
              found.getMetadata().getAttempt(),
              ready,
              instant(found.getCreatedAt()),
              ips));
    }
    sandboxes.sort(Comparator.comparing(SeenSandbox::createdAt).reversed());
    var filter = ContainerFilter.newBuilder().putLabelSelector(CriLabels.POD_UID, uid);
    var containers = new ArrayList<SeenContainer>();
    for (var found : cri.listContainers(filter.build())) {
      seen(found).ifPresent(containers::add);
    }
    containers.sort(
        Comparator.comparingInt(SeenContainer::attempt)
            .thenComparing(SeenContainer::createdAt)
            .reversed());
    return new SeenPod(sandboxes, containers);
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(0, nanos);
  }

  private static @Nullable Instant instantOrNull(long nanos) {
    return nanos == 0 ? null : instant(nanos);
  }

  private List<String> ips(String sandbox) throws InterruptedException {
    var known = sandboxIps.get(sandbox);
    if (known != null) {
      return known;
    }
    var ips = new ArrayList<String>();
    try {
      var network = cri.podSandboxStatus(sandbox, false).getStatus().getNetwork();
      if (!network.getIp().isEmpty()) {
        ips.add(network.getIp());
        network.getAdditionalIpsList().forEach(ip -> ips.add(ip.getIp()));
        sandboxIps.put(sandbox, List.copyOf(ips));
      }
    } catch (CriException e) {
      if (!e.notFound()) {
        throw e;
      }
    }
    return ips;
  }

  private Optional<SeenContainer> seen(Container listed) throws InterruptedException {
    var known = ended.get(listed.getId());
    if (known != null) {
      return Optional.of(known);
    }
    ContainerStatus status;
    try {
      status = cri.containerStatus(listed.getId(), false).getStatus();
    } catch (CriException e) {
      if (e.notFound()) {
        return Optional.empty(); // Removed since it was listed.
      }
      throw e;
    }
    var seen = seen(listed, status);
    if (seen.ended()) {
      ended.put(seen.id(), seen);
    }
    return Optional.of(seen);
  }

  private static SeenContainer seen(Container listed, ContainerStatus status) {
    var annotations = status.getAnnotationsMap();
    var state =
        switch (status.getState()) {
          case CONTAINER_CREATED -> SeenContainer.State.CREATED;
          case CONTAINER_RUNNING -> SeenContainer.State.RUNNING;
          case CONTAINER_EXITED -> SeenContainer.State.EXITED;
          default -> SeenContainer.State.UNKNOWN;
        };
    String reason = status.getReason();
    if (state == SeenContainer.State.EXITED && reason.isEmpty()) {
      reason = status.getExitCode() == 0 ? "Completed" : "Error";
    }
    return new SeenContainer(
        status.getId(),
        listed.getPodSandboxId(),
        status.getLabelsOrDefault(CriLabels.CONTAINER_NAME, status.getMetadata().getName()),
        number(annotations.getOrDefault(CriLabels.RESTARTS, "0")),
        state,
        instant(status.getCreatedAt()),
        instantOrNull(status.getStartedAt()),
        instantOrNull(status.getFinishedAt()),
        status.getExitCode(),
        reason,
        state == SeenContainer.State.EXITED ? message(status) : status.getMessage(),
        status.getImage().getImage(),
        status.getImageRef(),
        annotations.getOrDefault(CriLabels.HASH, ""),
        status.getLogPath());
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0; // Somebody else's annotation: counting starts anew.
    }
  }

  /// What the container left as its last words, or the end of its log if it asked for that.
  private static String message(ContainerStatus status) {
    var annotations = status.getAnnotationsMap();
    String path = annotations.getOrDefault(CriLabels.MESSAGE_PATH, "");
    String message = "";
    for (var mount : status.getMountsList()) {
      if (!path.isEmpty() && mount.getContainerPath().equals(path)) {
        message = lastWords(Path.of(mount.getHostPath()));
      }
    }
    boolean fallBack =
        "FallbackToLogsOnError".equals(annotations.getOrDefault(CriLabels.MESSAGE_POLICY, ""));
    if (message.isEmpty() && fallBack && status.getExitCode() != 0) {
      message = LogTail.of(Path.of(status.getLogPath()), LOG_TAIL_LINES_MAX, LOG_TAIL_BYTES_MAX);
    }
    return message.isEmpty() ? status.getMessage() : message;
  }

  private static String lastWords(Path file) {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MESSAGE_BYTES_MAX), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "Error on reading termination log " + file + ": " + e.getMessage();
    }
  }

  void forget(SeenPod pod) {
    pod.containers().forEach(container -> ended.remove(container.id()));
    pod.sandboxes().forEach(sandbox -> sandboxIps.remove(sandbox.id()));
  }

  void forgetContainer(String id) {
    ended.remove(id);
  }
}
