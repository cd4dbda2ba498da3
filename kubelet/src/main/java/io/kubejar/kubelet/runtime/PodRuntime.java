package io.kubejar.kubelet.runtime;

import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.apimachinery.ApiException;
import io.kubejar.apimachinery.time.Clock;
import io.kubejar.client.EventRecorder;
import io.kubejar.cri.CriClient;
import io.kubejar.cri.CriException;
import io.kubejar.cri.runtime.v1.ContainerConfig;
import io.kubejar.cri.runtime.v1.NamespaceMode;
import io.kubejar.cri.runtime.v1.PodSandboxFilter;
import io.kubejar.kubelet.KubeletOptions;
import io.kubejar.kubelet.env.ContainerFailure;
import io.kubejar.kubelet.env.Environment;
import io.kubejar.kubelet.linux.Host;
import io.kubejar.kubelet.log.LogRotation;
import io.kubejar.kubelet.pod.EphemeralContainers;
import io.kubejar.kubelet.pod.PodFacts;
import io.kubejar.kubelet.pod.SeenContainer;
import io.kubejar.kubelet.pod.SeenPod;
import io.kubejar.kubelet.pod.SeenSandbox;
import io.kubejar.kubelet.volume.PodVolumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out for a pod, through CRI, what was planned.
public final class PodRuntime {
  private static final Logger log = LoggerFactory.getLogger(PodRuntime.class);

  /// A pod as the runtime's labels name it.
  public record Identity(String uid, String namespace, String name) {}

  private final CriClient cri;
  private final KubeletOptions options;
  private final EventRecorder events;
  private final Host host;
  private final QosCgroups cgroups;
  private final PodReader reader;
  private final Images images;
  private final PodConfigs configs;
  private final Hooks hooks;

  public PodRuntime(
      CriClient cri,
      KubeletOptions options,
      Environment environment,
      PodVolumes volumes,
      Surroundings surroundings) {
    this.cri = cri;
    this.options = options;
    this.events = surroundings.events();
    this.host = surroundings.host();
    this.cgroups = surroundings.cgroups();
    this.reader = new PodReader(cri);
    this.images = new Images(cri, events, surroundings.clock());
    this.configs = new PodConfigs(options, environment, volumes, surroundings);
    this.hooks = new Hooks(cri, surroundings.clock());
  }

  /// What the runtime of pods shares with the rest of the node.
  public record Surroundings(
      EventRecorder events, Host host, Clock clock, long memoryBytes, QosCgroups cgroups) {}

  public SeenPod read(String uid) throws InterruptedException {
    return reader.read(uid);
  }

  /// All pods of which the runtime has anything.
  public Set<Identity> all() throws InterruptedException {
    var all = new LinkedHashSet<Identity>();
    for (var sandbox : cri.listPodSandbox(PodSandboxFilter.getDefaultInstance())) {
      String uid = sandbox.getLabelsOrDefault(CriLabels.POD_UID, "");
      if (!uid.isEmpty()) {
        all.add(
            new Identity(
                uid,
                sandbox.getLabelsOrDefault(CriLabels.POD_NAMESPACE, ""),
                sandbox.getLabelsOrDefault(CriLabels.POD_NAME, "")));
      }
    }
    return all;
  }

  public void createSandbox(Pod pod, int attempt) throws ContainerFailure, InterruptedException {
    try {
      var directory = configs.logDirectory(pod);
      Files.createDirectories(directory);
      Files.createDirectories(options.podDirectory(pod.metadata().uid()));
      limit(pod, Resources.ofPod(pod));
      cri.runPodSandbox(configs.sandbox(pod, attempt), "");
    } catch (CriException | IOException e) {
      String message = "Failed to create pod sandbox: " + e.getMessage();
      events.warning(pod, "FailedCreatePodSandBox", message);
      throw new ContainerFailure("CreatePodSandboxError", message);
    }
  }

  private void limit(Pod pod, Resources.PodLimits limits) throws IOException {
    host.limitCgroup(
        cgroups.of(pod),
        new Host.CgroupLimits(
            limits.cpuShares(), limits.cpuQuotaUs(), limits.cpuPeriodUs(), limits.memoryBytes()));
  }

  /// Gives a running container what the pod says of it now.
  public void resizeContainer(Pod pod, Container container, SeenContainer found)
      throws IOException, InterruptedException {
    var limits = Resources.ofPod(pod);
    // Meanwhile the pod as a whole is not limited: its containers are, each to the old or the new.
    limit(pod, new Resources.PodLimits(limits.cpuShares(), 0, limits.cpuPeriodUs(), 0));
    try {
      cri.updateContainerResources(found.id(), configs.resources(pod, container));
    } finally {
      limit(pod, limits);
    }
    cgroups.add(pod); // It may want another share of what the burstable ones have.
  }

  public void stopSandbox(SeenSandbox sandbox) throws InterruptedException {
    cri.stopPodSandbox(sandbox.id());
  }

  public void startContainer(Pod pod, Container container, int attempt, SeenSandbox sandbox)
      throws ContainerFailure, InterruptedException {
    String path = PodFacts.fieldPath(pod, container.name());
    try {
      var sandboxConfig = configs.sandbox(pod, sandbox.attempt());
      var image = image(pod, container, path, sandboxConfig);
      SecurityContexts.verifyNonRoot(pod, container, image);
      var config =
          withTarget(pod, container, configs.container(pod, container, attempt, image, sandbox));
      String id = create(pod, path, sandbox, config, sandboxConfig);
      try {
        cri.startContainer(id);
      } catch (CriException e) {
        warn(pod, path, "Failed", "Error: " + e.getMessage());
        throw new ContainerFailure("RunContainerError", String.valueOf(e.getMessage()));
      }
      events.event(pod, path, EventRecorder.NORMAL, "Started", "Container started");
      postStart(pod, container, id, sandbox);
    } catch (ContainerFailure e) {
      if (e.reason().equals("CreateContainerConfigError")) {
        warn(pod, path, "Failed", "Error: " + e.message());
      }
      throw e;
    } catch (IOException | ApiException e) {
      warn(pod, path, "Failed", "Error: " + e.getMessage());
      throw new ContainerFailure("CreateContainerConfigError", String.valueOf(e.getMessage()));
    }
  }

  /// Runs the container's first hook and ends the container if it fails. Events do not say what
  /// went wrong, as it may be secret; the pod's status does.
  private void postStart(Pod pod, Container container, String id, SeenSandbox sandbox)
      throws ContainerFailure, InterruptedException {
    var failure = hooks.postStart(pod, container, id, sandbox);
    if (failure.isPresent()) {
      String path = PodFacts.fieldPath(pod, container.name());
      warn(pod, path, "FailedPostStartHook", "PostStartHook failed");
      var seconds = pod.spec().terminationGracePeriodSeconds();
      stop(
          pod,
          new Stop(container.name(), id, "FailedPostStartHook", true),
          Duration.ofSeconds(seconds == null ? 30 : seconds));
      throw new ContainerFailure("PostStartHookError", failure.get());
    }
  }

  /// A container that looks at another one shares its processes.
  private ContainerConfig withTarget(Pod pod, Container container, ContainerConfig config)
      throws ContainerFailure, InterruptedException {
    var target = EphemeralContainers.target(pod, container.name());
    if (target.isEmpty()) {
      return config;
    }
    var found = reader.read(pod.metadata().uid()).container(target.get());
    if (found.isEmpty()) {
      throw ContainerFailure.config("unable to find target container " + target.get());
    }
    var changed = config.toBuilder();
    changed
        .getLinuxBuilder()
        .getSecurityContextBuilder()
        .getNamespaceOptionsBuilder()
        .setPid(NamespaceMode.TARGET)
        .setTargetId(found.get().id());
    return changed.build();
  }

  private io.kubejar.cri.runtime.v1.Image image(
      Pod pod, Container container, String path, io.kubejar.cri.runtime.v1.PodSandboxConfig sandbox)
      throws ContainerFailure, InterruptedException {
    try {
      return images.ensure(pod, container, sandbox);
    } catch (ContainerFailure e) {
      warn(pod, path, "Failed", "Error: " + e.reason());
      throw e;
    }
  }

  private String create(
      Pod pod,
      String path,
      SeenSandbox sandbox,
      ContainerConfig config,
      io.kubejar.cri.runtime.v1.PodSandboxConfig sandboxConfig)
      throws ContainerFailure, InterruptedException {
    try {
      String id = cri.createContainer(sandbox.id(), config, sandboxConfig);
      events.event(pod, path, EventRecorder.NORMAL, "Created", "Container created");
      return id;
    } catch (CriException e) {
      warn(pod, path, "Failed", "Error: " + e.getMessage());
      throw new ContainerFailure("CreateContainerError", String.valueOf(e.getMessage()));
    }
  }

  private void warn(Pod pod, String path, String reason, String message) {
    events.event(pod, path, EventRecorder.WARNING, reason, message);
  }

  /// How long the pull of a container's image has to wait.
  public Duration imageWait(Pod pod, Container container) {
    return images.wait(pod, container);
  }

  /// Runs the container's last hook and ends it within the grace; says so in an event.
  public void stopContainer(
      Pod pod, SeenContainer seen, Duration grace, String message, boolean hook)
      throws InterruptedException {
    stop(pod, new Stop(seen.name(), seen.id(), message, hook), grace);
  }

  /// The end of one container.
  ///
  /// @param message what the event says
  /// @param hook whether the container's last hook runs before
  private record Stop(String container, String id, String message, boolean hook) {}

  private void stop(Pod pod, Stop stop, Duration grace) throws InterruptedException {
    String path = PodFacts.fieldPath(pod, stop.container());
    events.event(pod, path, EventRecorder.NORMAL, "Killing", stop.message());
    var left = grace;
    var container = PodFacts.container(pod, stop.container());
    if (stop.hook() && container.isPresent() && !grace.isZero()) {
      left =
          hooks.preStop(
              pod,
              container.get(),
              stop.id(),
              grace,
              why -> {
                log.info("pod={} hook failed: {}", PodFacts.described(pod), why);
                warn(pod, path, "FailedPreStopHook", "PreStopHook failed");
              });
    }
    try {
      cri.stopContainer(stop.id(), left);
    } catch (CriException e) {
      if (!e.notFound()) {
        throw e;
      }
    }
  }

  public void removeContainer(SeenContainer container) throws InterruptedException {
    cri.removeContainer(container.id());
    reader.forgetContainer(container.id());
    try {
      LogRotation.remove(Path.of(container.logPath()));
    } catch (IOException e) {
      log.warn("log is not removed path={}: {}", container.logPath(), e.toString());
    }
  }

  /// Removes a pod that has ended from the runtime: containers, sandboxes, cgroup.
  public void removePod(Pod pod, SeenPod seen) throws InterruptedException, IOException {
    for (var sandbox : seen.sandboxes()) {
      cri.stopPodSandbox(sandbox.id());
      cri.removePodSandbox(sandbox.id());
    }
    reader.forget(seen);
    images.forget(pod);
    cgroups.removeOf(pod);
  }

  /// A pod is to run here: it counts among those of its quality of service.
  public void begin(Pod pod) {
    cgroups.add(pod);
  }

  /// A pod has ended, though it may still be shown.
  public void end(Pod pod) {
    cgroups.remove(pod);
  }

  /// What the pod's containers use.
  public Host.Usage usage(Pod pod) throws IOException {
    return host.usage(cgroups.of(pod));
  }
}
