package io.kubejar.cri;

import io.grpc.MethodDescriptor;
import io.kubejar.cri.runtime.v1.AttachRequest;
import io.kubejar.cri.runtime.v1.AttachResponse;
import io.kubejar.cri.runtime.v1.ContainerStatusRequest;
import io.kubejar.cri.runtime.v1.ContainerStatusResponse;
import io.kubejar.cri.runtime.v1.CreateContainerRequest;
import io.kubejar.cri.runtime.v1.CreateContainerResponse;
import io.kubejar.cri.runtime.v1.ExecRequest;
import io.kubejar.cri.runtime.v1.ExecResponse;
import io.kubejar.cri.runtime.v1.ExecSyncRequest;
import io.kubejar.cri.runtime.v1.ExecSyncResponse;
import io.kubejar.cri.runtime.v1.ImageFsInfoRequest;
import io.kubejar.cri.runtime.v1.ImageFsInfoResponse;
import io.kubejar.cri.runtime.v1.ImageStatusRequest;
import io.kubejar.cri.runtime.v1.ImageStatusResponse;
import io.kubejar.cri.runtime.v1.ListContainerStatsRequest;
import io.kubejar.cri.runtime.v1.ListContainerStatsResponse;
import io.kubejar.cri.runtime.v1.ListContainersRequest;
import io.kubejar.cri.runtime.v1.ListContainersResponse;
import io.kubejar.cri.runtime.v1.ListImagesRequest;
import io.kubejar.cri.runtime.v1.ListImagesResponse;
import io.kubejar.cri.runtime.v1.ListPodSandboxRequest;
import io.kubejar.cri.runtime.v1.ListPodSandboxResponse;
import io.kubejar.cri.runtime.v1.PodSandboxStatusRequest;
import io.kubejar.cri.runtime.v1.PodSandboxStatusResponse;
import io.kubejar.cri.runtime.v1.PortForwardRequest;
import io.kubejar.cri.runtime.v1.PortForwardResponse;
import io.kubejar.cri.runtime.v1.PullImageRequest;
import io.kubejar.cri.runtime.v1.PullImageResponse;
import io.kubejar.cri.runtime.v1.RemoveContainerRequest;
import io.kubejar.cri.runtime.v1.RemoveContainerResponse;
import io.kubejar.cri.runtime.v1.RemoveImageRequest;
import io.kubejar.cri.runtime.v1.RemoveImageResponse;
import io.kubejar.cri.runtime.v1.RemovePodSandboxRequest;
import io.kubejar.cri.runtime.v1.RemovePodSandboxResponse;
import io.kubejar.cri.runtime.v1.ReopenContainerLogRequest;
import io.kubejar.cri.runtime.v1.ReopenContainerLogResponse;
import io.kubejar.cri.runtime.v1.RunPodSandboxRequest;
import io.kubejar.cri.runtime.v1.RunPodSandboxResponse;
import io.kubejar.cri.runtime.v1.StartContainerRequest;
import io.kubejar.cri.runtime.v1.StartContainerResponse;
import io.kubejar.cri.runtime.v1.StatusRequest;
import io.kubejar.cri.runtime.v1.StatusResponse;
import io.kubejar.cri.runtime.v1.StopContainerRequest;
import io.kubejar.cri.runtime.v1.StopContainerResponse;
import io.kubejar.cri.runtime.v1.StopPodSandboxRequest;
import io.kubejar.cri.runtime.v1.StopPodSandboxResponse;
import io.kubejar.cri.runtime.v1.UpdateContainerResourcesRequest;
import io.kubejar.cri.runtime.v1.UpdateContainerResourcesResponse;
import io.kubejar.cri.runtime.v1.VersionRequest;
import io.kubejar.cri.runtime.v1.VersionResponse;

/// The calls of CRI that we make. Written out here, so that no second code generator (and no native
/// binary of it) is needed.
final class CriMethods {
  private static final String RUNTIME = "runtime.v1.RuntimeService";
  private static final String IMAGE = "runtime.v1.ImageService";

  static final MethodDescriptor<VersionRequest, VersionResponse> VERSION =
      GrpcSocket.unary(
          RUNTIME,
          "Version",
          VersionRequest.getDefaultInstance(),
          VersionResponse.getDefaultInstance());

  static final MethodDescriptor<StatusRequest, StatusResponse> STATUS =
      GrpcSocket.unary(
          RUNTIME,
          "Status",
          StatusRequest.getDefaultInstance(),
          StatusResponse.getDefaultInstance());

  static final MethodDescriptor<RunPodSandboxRequest, RunPodSandboxResponse> RUN_POD_SANDBOX =
      GrpcSocket.unary(
          RUNTIME,
          "RunPodSandbox",
          RunPodSandboxRequest.getDefaultInstance(),
          RunPodSandboxResponse.getDefaultInstance());

  static final MethodDescriptor<StopPodSandboxRequest, StopPodSandboxResponse> STOP_POD_SANDBOX =
      GrpcSocket.unary(
          RUNTIME,
          "StopPodSandbox",
          StopPodSandboxRequest.getDefaultInstance(),
          StopPodSandboxResponse.getDefaultInstance());

  static final MethodDescriptor<RemovePodSandboxRequest, RemovePodSandboxResponse>
      REMOVE_POD_SANDBOX =
          GrpcSocket.unary(
              RUNTIME,
              "RemovePodSandbox",
              RemovePodSandboxRequest.getDefaultInstance(),
              RemovePodSandboxResponse.getDefaultInstance());

  static final MethodDescriptor<PodSandboxStatusRequest, PodSandboxStatusResponse>
      POD_SANDBOX_STATUS =
          GrpcSocket.unary(
              RUNTIME,
              "PodSandboxStatus",
              PodSandboxStatusRequest.getDefaultInstance(),
              PodSandboxStatusResponse.getDefaultInstance());

  static final MethodDescriptor<ListPodSandboxRequest, ListPodSandboxResponse> LIST_POD_SANDBOX =
      GrpcSocket.unary(
          RUNTIME,
          "ListPodSandbox",
          ListPodSandboxRequest.getDefaultInstance(),
          ListPodSandboxResponse.getDefaultInstance());

  static final MethodDescriptor<CreateContainerRequest, CreateContainerResponse> CREATE_CONTAINER =
      GrpcSocket.unary(
          RUNTIME,
          "CreateContainer",
          CreateContainerRequest.getDefaultInstance(),
          CreateContainerResponse.getDefaultInstance());

  static final MethodDescriptor<StartContainerRequest, StartContainerResponse> START_CONTAINER =
      GrpcSocket.unary(
          RUNTIME,
          "StartContainer",
          StartContainerRequest.getDefaultInstance(),
          StartContainerResponse.getDefaultInstance());

  static final MethodDescriptor<StopContainerRequest, StopContainerResponse> STOP_CONTAINER =
      GrpcSocket.unary(
          RUNTIME,
          "StopContainer",
          StopContainerRequest.getDefaultInstance(),
          StopContainerResponse.getDefaultInstance());

  static final MethodDescriptor<RemoveContainerRequest, RemoveContainerResponse> REMOVE_CONTAINER =
      GrpcSocket.unary(
          RUNTIME,
          "RemoveContainer",
          RemoveContainerRequest.getDefaultInstance(),
          RemoveContainerResponse.getDefaultInstance());

  static final MethodDescriptor<ListContainersRequest, ListContainersResponse> LIST_CONTAINERS =
      GrpcSocket.unary(
          RUNTIME,
          "ListContainers",
          ListContainersRequest.getDefaultInstance(),
          ListContainersResponse.getDefaultInstance());

  static final MethodDescriptor<ContainerStatusRequest, ContainerStatusResponse> CONTAINER_STATUS =
      GrpcSocket.unary(
          RUNTIME,
          "ContainerStatus",
          ContainerStatusRequest.getDefaultInstance(),
          ContainerStatusResponse.getDefaultInstance());

  static final MethodDescriptor<UpdateContainerResourcesRequest, UpdateContainerResourcesResponse>
      UPDATE_CONTAINER_RESOURCES =
          GrpcSocket.unary(
              RUNTIME,
              "UpdateContainerResources",
              UpdateContainerResourcesRequest.getDefaultInstance(),
              UpdateContainerResourcesResponse.getDefaultInstance());

  static final MethodDescriptor<ReopenContainerLogRequest, ReopenContainerLogResponse>
      REOPEN_CONTAINER_LOG =
          GrpcSocket.unary(
              RUNTIME,
              "ReopenContainerLog",
              ReopenContainerLogRequest.getDefaultInstance(),
              ReopenContainerLogResponse.getDefaultInstance());

  static final MethodDescriptor<ExecSyncRequest, ExecSyncResponse> EXEC_SYNC =
      GrpcSocket.unary(
          RUNTIME,
          "ExecSync",
          ExecSyncRequest.getDefaultInstance(),
          ExecSyncResponse.getDefaultInstance());

  static final MethodDescriptor<ExecRequest, ExecResponse> EXEC =
      GrpcSocket.unary(
          RUNTIME, "Exec", ExecRequest.getDefaultInstance(), ExecResponse.getDefaultInstance());

  static final MethodDescriptor<AttachRequest, AttachResponse> ATTACH =
      GrpcSocket.unary(
          RUNTIME,
          "Attach",
          AttachRequest.getDefaultInstance(),
          AttachResponse.getDefaultInstance());

  static final MethodDescriptor<PortForwardRequest, PortForwardResponse> PORT_FORWARD =
      GrpcSocket.unary(
          RUNTIME,
          "PortForward",
          PortForwardRequest.getDefaultInstance(),
          PortForwardResponse.getDefaultInstance());

  static final MethodDescriptor<ListContainerStatsRequest, ListContainerStatsResponse>
      LIST_CONTAINER_STATS =
          GrpcSocket.unary(
              RUNTIME,
              "ListContainerStats",
              ListContainerStatsRequest.getDefaultInstance(),
              ListContainerStatsResponse.getDefaultInstance());

  static final MethodDescriptor<ListImagesRequest, ListImagesResponse> LIST_IMAGES =
      GrpcSocket.unary(
          IMAGE,
          "ListImages",
          ListImagesRequest.getDefaultInstance(),
          ListImagesResponse.getDefaultInstance());

  static final MethodDescriptor<ImageStatusRequest, ImageStatusResponse> IMAGE_STATUS =
      GrpcSocket.unary(
          IMAGE,
          "ImageStatus",
          ImageStatusRequest.getDefaultInstance(),
          ImageStatusResponse.getDefaultInstance());

  static final MethodDescriptor<PullImageRequest, PullImageResponse> PULL_IMAGE =
      GrpcSocket.unary(
          IMAGE,
          "PullImage",
          PullImageRequest.getDefaultInstance(),
          PullImageResponse.getDefaultInstance());

  static final MethodDescriptor<RemoveImageRequest, RemoveImageResponse> REMOVE_IMAGE =
      GrpcSocket.unary(
          IMAGE,
          "RemoveImage",
          RemoveImageRequest.getDefaultInstance(),
          RemoveImageResponse.getDefaultInstance());

  static final MethodDescriptor<ImageFsInfoRequest, ImageFsInfoResponse> IMAGE_FS_INFO =
      GrpcSocket.unary(
          IMAGE,
          "ImageFsInfo",
          ImageFsInfoRequest.getDefaultInstance(),
          ImageFsInfoResponse.getDefaultInstance());

  private CriMethods() {}
}
