package io.kubejar.kubelet.runtime;

import com.google.protobuf.ByteString;
import io.kubejar.api.core.v1.Container;
import io.kubejar.api.core.v1.Pod;
import io.kubejar.cri.runtime.v1.ContainerConfig;
import io.kubejar.cri.runtime.v1.ContainerMetadata;
import io.kubejar.cri.runtime.v1.Image;
import io.kubejar.cri.runtime.v1.ImageSpec;
import io.kubejar.cri.runtime.v1.KeyValue;
import io.kubejar.cri.runtime.v1.LinuxContainerConfig;
import io.kubejar.cri.runtime.v1.LinuxContainerResources;
import io.kubejar.cri.runtime.v1.LinuxPodSandboxConfig;
import io.kubejar.cri.runtime.v1.Mount;
import io.kubejar.cri.runtime.v1.MountPropagation;
import io.kubejar.cri.runtime.v1.PodSandboxConfig;
import io.kubejar.cri.runtime.v1.PodSandboxMetadata;
import io.kubejar.cri.runtime.v1.PortMapping;
import io.kubejar.cri.runtime.v1.Protocol;
import io.kubejar.kubelet.KubeletOptions;
import io.kubejar.kubelet.env.ContainerFailure;
import io.kubejar.kubelet.env.Environment;
import io.kubejar.kubelet.env.Expansion;
import io.kubejar.kubelet.linux.Host;
import io.kubejar.kubelet.network.DnsConfigs;
import io.kubejar.kubelet.network.HostsFile;
import io.kubejar.kubelet.pod.PodFacts;
import io.kubejar.kubelet.pod.SeenSandbox;
import io.kubejar.kubelet.volume.PodVolumes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Sandboxes and containers as CRI wants them described.
final class PodConfigs {
  private final KubeletOptions options;
  private final Environment environment;
  private final PodVolumes volumes;
  private final PodRuntime.Surroundings surroundings;

  PodConfigs(
      KubeletOptions options,
      Environment environment,
      PodVolumes volumes,
      PodRuntime.Surroundings surroundings) {
    this.options = options;
    this.environment = environment;
    this.volumes = volumes;
    this.surroundings = surroundings;
  }

  Path logDirectory(Pod pod) {
    var metadata = pod.metadata();
    return options.podLogDirectory(metadata.namespace(), metadata.name(), metadata.uid());
  }

  PodSandboxConfig sandbox(Pod pod, int attempt) throws IOException {
    var metadata = pod.metadata();
    var linux =
        LinuxPodSandboxConfig.newBuilder()
            .setCgroupParent(host().runtimeCgroup(surroundings.cgroups().of(pod)))
            .setSecurityContext(SecurityContexts.ofSandbox(pod, seccompRoot()));
    var context = pod.spec().securityContext();
    if (context != null) {
      context.sysctls().forEach(sysctl -> linux.putSysctls(sysctl.name(), sysctl.value()));
    }
    var config =
        PodSandboxConfig.newBuilder()
            .setMetadata(
                PodSandboxMetadata.newBuilder()
                    .setName(metadata.name())
                    .setNamespace(metadata.namespace())
                    .setUid(metadata.uid())
                    .setAttempt(attempt))
            .setLogDirectory(logDirectory(pod).toString())
            .setDnsConfig(DnsConfigs.of(pod, options.network()))
            .putAllLabels(CriLabels.ofPod(pod))
            .putAllAnnotations(metadata.annotations())
            .setLinux(linux);
    if (!pod.spec().hostNetwork()) {
      config.setHostname(HostsFile.hostname(pod, options.network().clusterDomain()));
      PodFacts.allContainers(pod)
          .flatMap(container -> container.ports().stream())
          .filter(port -> port.hostPort() > 0)
          .forEach(
              port ->
                  config.addPortMappings(
                      PortMapping.newBuilder()
                          .setContainerPort(port.containerPort())
                          .setHostPort(port.hostPort())
                          .setHostIp(port.hostIP())
                          .setProtocol(
                              Protocol.valueOf(
                                  port.protocol().isEmpty()
                                      ? "TCP"
                                      : port.protocol().toUpperCase(Locale.ROOT)))));
    }
    return config.build();
  }

  private Host host() {
    return surroundings.host();
  }

  private Path seccompRoot() {
    return options.places().root().resolve("seccomp");
  }

  /// What the kernel is told of a container's requests and limits.
  LinuxContainerResources resources(Pod pod, Container container) {
    return Resources.of(pod, container, surroundings.memoryBytes(), host().unifiedCgroups());
  }

  ContainerConfig container(
      Pod pod, Container container, int attempt, Image image, SeenSandbox sandbox)
      throws ContainerFailure, IOException, InterruptedException {
    var ips = pod.spec().hostNetwork() ? options.addresses() : sandbox.ips();
    var variables = environment.of(pod, container, ips);
    Files.createDirectories(logDirectory(pod).resolve(container.name()));
    var config =
        ContainerConfig.newBuilder()
            .setMetadata(
                ContainerMetadata.newBuilder().setName(container.name()).setAttempt(attempt))
            .setImage(ImageSpec.newBuilder().setImage(image.getId()))
            .setWorkingDir(container.workingDir())
            .putAllLabels(CriLabels.ofContainer(pod, container))
            .putAllAnnotations(CriLabels.annotations(pod, container, attempt))
            .setLogPath(container.name() + "/" + attempt + ".log")
            .setStdin(container.stdin())
            .setStdinOnce(container.stdinOnce())
            .setTty(container.tty())
            .setLinux(
                LinuxContainerConfig.newBuilder()
                    .setResources(resources(pod, container))
                    .setSecurityContext(
                        SecurityContexts.ofContainer(pod, container, image, seccompRoot())));
    container.command().forEach(word -> config.addCommand(Expansion.expand(word, variables)));
    container.args().forEach(word -> config.addArgs(Expansion.expand(word, variables)));
    variables.forEach(
        (name, value) ->
            config.addEnvs(
                KeyValue.newBuilder().setKey(name).setValue(ByteString.copyFromUtf8(value))));
    config.addAllMounts(mounts(pod, container, variables));
    mountHosts(pod, container, ips, config);
    mountMessageFile(pod, container, attempt, config);
    return config.build();
  }

  private List<Mount> mounts(Pod pod, Container container, Map<String, String> variables)
      throws ContainerFailure, IOException {
    var mounts = new ArrayList<Mount>();
    for (var wanted : container.volumeMounts()) {
      var volume =
          pod.spec().volumes().stream()
              .filter(one -> one.name().equals(wanted.name()))
              .findFirst()
              .orElseThrow(
                  () ->
                      ContainerFailure.config(
                          "cannot find volume \""
                              + wanted.name()
                              + "\" to mount into container \""
                              + container.name()
                              + "\""));
      var source = volumes.path(pod, volume);
      String subPath =
          wanted.subPathExpr().isEmpty()
              ? wanted.subPath()
              : Expansion.expand(wanted.subPathExpr(), variables);
      if (!subPath.isEmpty()) {
        source = inside(source, subPath, container.name());
      }
      String propagation = wanted.mountPropagation();
      mounts.add(
          Mount.newBuilder()
              .setHostPath(source.toString())
              .setContainerPath(
                  wanted.mountPath().startsWith("/")
                      ? wanted.mountPath()
                      : "/" + wanted.mountPath())
              .setReadonly(wanted.readOnly())
              .setPropagation(
                  switch (propagation == null ? "None" : propagation) {
                    case "HostToContainer" -> MountPropagation.PROPAGATION_HOST_TO_CONTAINER;
                    case "Bidirectional" -> MountPropagation.PROPAGATION_BIDIRECTIONAL;
                    default -> MountPropagation.PROPAGATION_PRIVATE;
                  })
              .build());
    }
    return mounts;
  }

  /// A path in a volume; links in it must not lead out of the volume, as a container may have made
  /// them.
  private static Path inside(Path volume, String subPath, String container)
      throws ContainerFailure, IOException {
    var root = volume.toRealPath();
    var path = root.resolve(subPath).normalize();
    if (!path.startsWith(root)) {
      throw ContainerFailure.config(
          "failed to prepare subPath for volumeMount of container \"" + container + "\"");
    }
    if (!Files.exists(path)) {
      Files.createDirectories(path);
    }
    var real = path.toRealPath();
    if (!real.startsWith(root)) {
      throw ContainerFailure.config(
          "failed to prepare subPath for volumeMount of container \"" + container + "\"");
    }
    return real;
  }

  private void mountHosts(
      Pod pod, Container container, List<String> ips, ContainerConfig.Builder config)
      throws IOException {
    boolean own =
        container.volumeMounts().stream().anyMatch(mount -> mount.mountPath().equals("/etc/hosts"));
    if (own || pod.spec().hostNetwork()) {
      return;
    }
    var file = options.podDirectory(pod.metadata().uid()).resolve("etc-hosts");
    Files.createDirectories(file.getParent());
    Files.writeString(file, HostsFile.text(pod, ips, options.network().clusterDomain()));
    config.addMounts(
        Mount.newBuilder().setHostPath(file.toString()).setContainerPath("/etc/hosts"));
  }

  private void mountMessageFile(
      Pod pod, Container container, int attempt, ContainerConfig.Builder config)
      throws IOException {
    if (container.terminationMessagePath().isEmpty()) {
      return;
    }
    var directory =
        options.podDirectory(pod.metadata().uid()).resolve("containers").resolve(container.name());
    Files.createDirectories(directory);
    var file = directory.resolve(Integer.toString(attempt));
    Files.write(file, new byte[0]);
    Files.setAttribute(file, "unix:mode", 0100666); // Whoever the container runs as.
    config.addMounts(
        Mount.newBuilder()
            .setHostPath(file.toString())
            .setContainerPath(container.terminationMessagePath()));
  }
}
