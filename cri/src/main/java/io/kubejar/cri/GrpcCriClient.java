package io.kubejar.cri;

import com.google.protobuf.Message;
import io.grpc.MethodDescriptor;
import io.kubejar.cri.runtime.v1.*;
import java.time.Duration;
import java.util.List;

/// CRI over gRPC. Each kind of call has a named limit of time, as a runtime that hangs must not
/// hang a pod worker for ever.
final class GrpcCriClient implements CriClient {
  private static final Duration QUICK = Duration.ofMinutes(2);
  private static final Duration SANDBOX = Duration.ofMinutes(4);
  private static final Duration PULL = Duration.ofMinutes(30);

  private final GrpcSocket socket;

  GrpcCriClient(GrpcSocket socket) {
    this.socket = socket;
  }

  private <Q extends Message, R> R call(MethodDescriptor<Q, R> method, Q request)
      throws InterruptedException {
    return GrpcSocket.call(socket.channel(), method, request, QUICK);
  }

  @Override
  public VersionResponse version() throws InterruptedException {
    return call(CriMethods.VERSION, VersionRequest.newBuilder().setVersion("0.1.0").build());
  }

  @Override
  public StatusResponse status(boolean verbose) throws InterruptedException {
    return call(CriMethods.STATUS, StatusRequest.newBuilder().setVerbose(verbose).build());
  }

  @Override
  public String runPodSandbox(PodSandboxConfig config, String runtimeHandler)
      throws InterruptedException {
    var request =
        RunPodSandboxRequest.newBuilder().setConfig(config).setRuntimeHandler(runtimeHandler);
    return GrpcSocket.call(socket.channel(), CriMethods.RUN_POD_SANDBOX, request.build(), SANDBOX)
        .getPodSandboxId();
  }

  @Override
  public void stopPodSandbox(String sandboxId) throws InterruptedException {
    call(
        CriMethods.STOP_POD_SANDBOX,
        StopPodSandboxRequest.newBuilder().setPodSandboxId(sandboxId).build());
  }

  @Override
  public void removePodSandbox(String sandboxId) throws InterruptedException {
    call(
        CriMethods.REMOVE_POD_SANDBOX,
        RemovePodSandboxRequest.newBuilder().setPodSandboxId(sandboxId).build());
  }

  @Override
  public PodSandboxStatusResponse podSandboxStatus(String sandboxId, boolean verbose)
      throws InterruptedException {
    return call(
        CriMethods.POD_SANDBOX_STATUS,
        PodSandboxStatusRequest.newBuilder()
            .setPodSandboxId(sandboxId)
            .setVerbose(verbose)
            .build());
  }

  @Override
  public List<PodSandbox> listPodSandbox(PodSandboxFilter filter) throws InterruptedException {
    return call(
            CriMethods.LIST_POD_SANDBOX,
            ListPodSandboxRequest.newBuilder().setFilter(filter).build())
        .getItemsList();
  }

  @Override
  public String createContainer(
      String sandboxId, ContainerConfig config, PodSandboxConfig sandboxConfig)
      throws InterruptedException {
    var request =
        CreateContainerRequest.newBuilder()
            .setPodSandboxId(sandboxId)
            .setConfig(config)
            .setSandboxConfig(sandboxConfig);
    return GrpcSocket.call(socket.channel(), CriMethods.CREATE_CONTAINER, request.build(), SANDBOX)
        .getContainerId();
  }

  @Override
  public void startContainer(String containerId) throws InterruptedException {
    call(
        CriMethods.START_CONTAINER,
        StartContainerRequest.newBuilder().setContainerId(containerId).build());
  }

  @Override
  public void stopContainer(String containerId, Duration grace) throws InterruptedException {
    var request =
        StopContainerRequest.newBuilder()
            .setContainerId(containerId)
            .setTimeout(grace.toSeconds())
            .build();
    GrpcSocket.call(socket.channel(), CriMethods.STOP_CONTAINER, request, QUICK.plus(grace));
  }

  @Override
  public void removeContainer(String containerId) throws InterruptedException {
    call(
        CriMethods.REMOVE_CONTAINER,
        RemoveContainerRequest.newBuilder().setContainerId(containerId).build());
  }

  @Override
  public List<Container> listContainers(ContainerFilter filter) throws InterruptedException {
    return call(
            CriMethods.LIST_CONTAINERS,
            ListContainersRequest.newBuilder().setFilter(filter).build())
        .getContainersList();
  }

  @Override
  public ContainerStatusResponse containerStatus(String containerId, boolean verbose)
      throws InterruptedException {
    return call(
        CriMethods.CONTAINER_STATUS,
        ContainerStatusRequest.newBuilder()
            .setContainerId(containerId)
            .setVerbose(verbose)
            .build());
  }

  @Override
  public void updateContainerResources(String containerId, LinuxContainerResources resources)
      throws InterruptedException {
    call(
        CriMethods.UPDATE_CONTAINER_RESOURCES,
        UpdateContainerResourcesRequest.newBuilder()
            .setContainerId(containerId)
            .setLinux(resources)
            .build());
  }

  @Override
  public void reopenContainerLog(String containerId) throws InterruptedException {
    call(
        CriMethods.REOPEN_CONTAINER_LOG,
        ReopenContainerLogRequest.newBuilder().setContainerId(containerId).build());
  }

  @Override
  public ExecSyncResponse execSync(String containerId, List<String> command, Duration limit)
      throws InterruptedException {
    var request =
        ExecSyncRequest.newBuilder()
            .setContainerId(containerId)
            .addAllCmd(command)
            .setTimeout(limit.toSeconds());
    // The runtime ends the command itself; ours is only the net below it.
    var net = limit.isZero() ? QUICK : limit.plusSeconds(5);
    return GrpcSocket.call(socket.channel(), CriMethods.EXEC_SYNC, request.build(), net);
  }

  @Override
  public String exec(ExecRequest request) throws InterruptedException {
    return call(CriMethods.EXEC, request).getUrl();
  }

  @Override
  public String attach(AttachRequest request) throws InterruptedException {
    return call(CriMethods.ATTACH, request).getUrl();
  }

  @Override
  public String portForward(PortForwardRequest request) throws InterruptedException {
    return call(CriMethods.PORT_FORWARD, request).getUrl();
  }

  @Override
  public List<ContainerStats> listContainerStats(ContainerStatsFilter filter)
      throws InterruptedException {
    return call(
            CriMethods.LIST_CONTAINER_STATS,
            ListContainerStatsRequest.newBuilder().setFilter(filter).build())
        .getStatsList();
  }

  @Override
  public List<Image> listImages() throws InterruptedException {
    return call(CriMethods.LIST_IMAGES, ListImagesRequest.getDefaultInstance()).getImagesList();
  }

  @Override
  public ImageStatusResponse imageStatus(String image) throws InterruptedException {
    return call(
        CriMethods.IMAGE_STATUS, ImageStatusRequest.newBuilder().setImage(spec(image)).build());
  }

  @Override
  public String pullImage(String image, PodSandboxConfig sandboxConfig)
      throws InterruptedException {
    var request =
        PullImageRequest.newBuilder().setImage(spec(image)).setSandboxConfig(sandboxConfig);
    return GrpcSocket.call(socket.channel(), CriMethods.PULL_IMAGE, request.build(), PULL)
        .getImageRef();
  }

  @Override
  public void removeImage(String image) throws InterruptedException {
    call(CriMethods.REMOVE_IMAGE, RemoveImageRequest.newBuilder().setImage(spec(image)).build());
  }

  @Override
  public List<FilesystemUsage> imageFilesystems() throws InterruptedException {
    return call(CriMethods.IMAGE_FS_INFO, ImageFsInfoRequest.getDefaultInstance())
        .getImageFilesystemsList();
  }

  private static ImageSpec spec(String image) {
    return ImageSpec.newBuilder().setImage(image).build();
  }

  @Override
  public void close() {
    socket.close();
  }
}
