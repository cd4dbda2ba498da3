package io.kubejar.cri;

import io.kubejar.cri.runtime.v1.AttachRequest;
import io.kubejar.cri.runtime.v1.Container;
import io.kubejar.cri.runtime.v1.ContainerConfig;
import io.kubejar.cri.runtime.v1.ContainerFilter;
import io.kubejar.cri.runtime.v1.ContainerStats;
import io.kubejar.cri.runtime.v1.ContainerStatsFilter;
import io.kubejar.cri.runtime.v1.ContainerStatusResponse;
import io.kubejar.cri.runtime.v1.ExecRequest;
import io.kubejar.cri.runtime.v1.ExecSyncResponse;
import io.kubejar.cri.runtime.v1.FilesystemUsage;
import io.kubejar.cri.runtime.v1.Image;
import io.kubejar.cri.runtime.v1.ImageStatusResponse;
import io.kubejar.cri.runtime.v1.LinuxContainerResources;
import io.kubejar.cri.runtime.v1.PodSandbox;
import io.kubejar.cri.runtime.v1.PodSandboxConfig;
import io.kubejar.cri.runtime.v1.PodSandboxFilter;
import io.kubejar.cri.runtime.v1.PodSandboxStatusResponse;
import io.kubejar.cri.runtime.v1.PortForwardRequest;
import io.kubejar.cri.runtime.v1.StatusResponse;
import io.kubejar.cri.runtime.v1.VersionResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// The Container Runtime Interface as plain blocking methods. Every method throws [CriException]
/// when the runtime refuses or is away.
public interface CriClient extends AutoCloseable {
  /// Connects to a runtime; the first call opens the connection, and it is opened again whenever it
  /// was lost.
  static CriClient connect(Path socket) {
    return new GrpcCriClient(GrpcSocket.open(socket));
  }

  VersionResponse version() throws InterruptedException;

  StatusResponse status(boolean verbose) throws InterruptedException;

  String runPodSandbox(PodSandboxConfig config, String runtimeHandler) throws InterruptedException;

  void stopPodSandbox(String sandboxId) throws InterruptedException;

  void removePodSandbox(String sandboxId) throws InterruptedException;

  PodSandboxStatusResponse podSandboxStatus(String sandboxId, boolean verbose)
      throws InterruptedException;

  List<PodSandbox> listPodSandbox(PodSandboxFilter filter) throws InterruptedException;

  String createContainer(String sandboxId, ContainerConfig config, PodSandboxConfig sandboxConfig)
      throws InterruptedException;

  void startContainer(String containerId) throws InterruptedException;

  /// Asks the container to end and kills it after `grace`.
  void stopContainer(String containerId, Duration grace) throws InterruptedException;

  void removeContainer(String containerId) throws InterruptedException;

  List<Container> listContainers(ContainerFilter filter) throws InterruptedException;

  ContainerStatusResponse containerStatus(String containerId, boolean verbose)
      throws InterruptedException;

  void updateContainerResources(String containerId, LinuxContainerResources resources)
      throws InterruptedException;

  void reopenContainerLog(String containerId) throws InterruptedException;

  /// Runs a command to its end; throws a [CriException] that [CriException#timedOut()] when `limit`
  /// passes first.
  ExecSyncResponse execSync(String containerId, List<String> command, Duration limit)
      throws InterruptedException;

  /// The address of a stream server that runs the command.
  String exec(ExecRequest request) throws InterruptedException;

  String attach(AttachRequest request) throws InterruptedException;

  String portForward(PortForwardRequest request) throws InterruptedException;

  List<ContainerStats> listContainerStats(ContainerStatsFilter filter) throws InterruptedException;

  List<Image> listImages() throws InterruptedException;

  /// The response has no image when the runtime does not have it.
  ImageStatusResponse imageStatus(String image) throws InterruptedException;

  /// Pulls and answers the reference of what was pulled.
  String pullImage(String image, PodSandboxConfig sandboxConfig) throws InterruptedException;

  void removeImage(String image) throws InterruptedException;

  List<FilesystemUsage> imageFilesystems() throws InterruptedException;

  @Override
  void close();
}
