package io.kubejar.cri;

import com.google.protobuf.Empty;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.kubejar.cri.containerd.content.InfoRequest;
import io.kubejar.cri.containerd.content.InfoResponse;
import io.kubejar.cri.containerd.content.ReadContentRequest;
import io.kubejar.cri.containerd.content.ReadContentResponse;
import io.kubejar.cri.containerd.content.UpdateRequest;
import io.kubejar.cri.containerd.content.UpdateResponse;
import io.kubejar.cri.containerd.content.WriteContentRequest;
import io.kubejar.cri.containerd.content.WriteContentResponse;
import io.kubejar.cri.containerd.events.SubscribeRequest;
import io.kubejar.cri.containerd.images.CreateImageRequest;
import io.kubejar.cri.containerd.images.CreateImageResponse;
import io.kubejar.cri.containerd.images.DeleteImageRequest;
import io.kubejar.cri.containerd.images.ListImagesRequest;
import io.kubejar.cri.containerd.images.ListImagesResponse;
import io.kubejar.cri.containerd.images.UpdateImageRequest;
import io.kubejar.cri.containerd.images.UpdateImageResponse;
import io.kubejar.cri.containerd.leases.CreateRequest;
import io.kubejar.cri.containerd.leases.CreateResponse;
import io.kubejar.cri.containerd.leases.DeleteRequest;
import io.kubejar.cri.containerd.namespaces.CreateNamespaceRequest;
import io.kubejar.cri.containerd.namespaces.CreateNamespaceResponse;
import io.kubejar.cri.containerd.types.Envelope;
import io.kubejar.cri.containerd.version.VersionResponse;

/// The calls of containerd's own services that we make.
final class ContainerdMethods {
  private static final String CONTENT = "containerd.services.content.v1.Content";
  private static final String IMAGES = "containerd.services.images.v1.Images";
  private static final String LEASES = "containerd.services.leases.v1.Leases";

  static final MethodDescriptor<Empty, VersionResponse> VERSION =
      GrpcSocket.unary(
          "containerd.services.version.v1.Version",
          "Version",
          Empty.getDefaultInstance(),
          VersionResponse.getDefaultInstance());

  static final MethodDescriptor<SubscribeRequest, Envelope> SUBSCRIBE =
      GrpcSocket.method(
          MethodType.SERVER_STREAMING,
          "containerd.services.events.v1.Events",
          "Subscribe",
          SubscribeRequest.getDefaultInstance(),
          Envelope.getDefaultInstance());

  static final MethodDescriptor<CreateNamespaceRequest, CreateNamespaceResponse> CREATE_NAMESPACE =
      GrpcSocket.unary(
          "containerd.services.namespaces.v1.Namespaces",
          "Create",
          CreateNamespaceRequest.getDefaultInstance(),
          CreateNamespaceResponse.getDefaultInstance());

  static final MethodDescriptor<CreateRequest, CreateResponse> CREATE_LEASE =
      GrpcSocket.unary(
          LEASES,
          "Create",
          CreateRequest.getDefaultInstance(),
          CreateResponse.getDefaultInstance());

  static final MethodDescriptor<DeleteRequest, Empty> DELETE_LEASE =
      GrpcSocket.unary(
          LEASES, "Delete", DeleteRequest.getDefaultInstance(), Empty.getDefaultInstance());

  static final MethodDescriptor<InfoRequest, InfoResponse> CONTENT_INFO =
      GrpcSocket.unary(
          CONTENT, "Info", InfoRequest.getDefaultInstance(), InfoResponse.getDefaultInstance());

  static final MethodDescriptor<UpdateRequest, UpdateResponse> UPDATE_CONTENT =
      GrpcSocket.unary(
          CONTENT,
          "Update",
          UpdateRequest.getDefaultInstance(),
          UpdateResponse.getDefaultInstance());

  static final MethodDescriptor<ReadContentRequest, ReadContentResponse> READ_CONTENT =
      GrpcSocket.method(
          MethodType.SERVER_STREAMING,
          CONTENT,
          "Read",
          ReadContentRequest.getDefaultInstance(),
          ReadContentResponse.getDefaultInstance());

  static final MethodDescriptor<WriteContentRequest, WriteContentResponse> WRITE_CONTENT =
      GrpcSocket.method(
          MethodType.BIDI_STREAMING,
          CONTENT,
          "Write",
          WriteContentRequest.getDefaultInstance(),
          WriteContentResponse.getDefaultInstance());

  static final MethodDescriptor<ListImagesRequest, ListImagesResponse> LIST_IMAGES =
      GrpcSocket.unary(
          IMAGES,
          "List",
          ListImagesRequest.getDefaultInstance(),
          ListImagesResponse.getDefaultInstance());

  static final MethodDescriptor<CreateImageRequest, CreateImageResponse> CREATE_IMAGE =
      GrpcSocket.unary(
          IMAGES,
          "Create",
          CreateImageRequest.getDefaultInstance(),
          CreateImageResponse.getDefaultInstance());

  static final MethodDescriptor<UpdateImageRequest, UpdateImageResponse> UPDATE_IMAGE =
      GrpcSocket.unary(
          IMAGES,
          "Update",
          UpdateImageRequest.getDefaultInstance(),
          UpdateImageResponse.getDefaultInstance());

  static final MethodDescriptor<DeleteImageRequest, Empty> DELETE_IMAGE =
      GrpcSocket.unary(
          IMAGES, "Delete", DeleteImageRequest.getDefaultInstance(), Empty.getDefaultInstance());

  private ContainerdMethods() {}
}
