package io.kubejar.cri;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.kubejar.cri.health.HealthCheckRequest;
import io.kubejar.cri.health.HealthCheckResponse;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// Asks a server of gRPC's health protocol whether it serves.
public final class HealthCheck {
  private static final MultiThreadIoEventLoopGroup LOOP =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("grpc-probe", true), NioIoHandler.newFactory());

  private HealthCheck() {}

  /// Answers an empty text if it serves, else why not.
  public static String ask(String host, int port, String service, Duration limit)
      throws InterruptedException {
    var method =
        GrpcSocket.unary(
            "grpc.health.v1.Health",
            "Check",
            HealthCheckRequest.getDefaultInstance(),
            HealthCheckResponse.getDefaultInstance());
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(host, port)
            .eventLoopGroup(LOOP)
            .channelType(NioSocketChannel.class)
            .usePlaintext()
            .build();
    try {
      var answer =
          ClientCalls.blockingUnaryCall(
              channel,
              method,
              CallOptions.DEFAULT.withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS),
              HealthCheckRequest.newBuilder().setService(service).build());
      return answer.getStatus() == HealthCheckResponse.ServingStatus.SERVING
          ? ""
          : "service unhealthy (responded with \"" + answer.getStatus() + "\")";
    } catch (StatusRuntimeException e) {
      return failure(method, e, host + ":" + port, limit);
    } finally {
      channel.shutdownNow();
    }
  }

  private static String failure(
      io.grpc.MethodDescriptor<?, ?> method,
      StatusRuntimeException e,
      String address,
      Duration limit)
      throws InterruptedException {
    var translated = GrpcSocket.translated(method, e);
    return switch (e.getStatus().getCode()) {
      case Status.Code.DEADLINE_EXCEEDED ->
          "timeout: failed to connect service \""
              + address
              + "\" within "
              + limit.toSeconds()
              + "s";
      case Status.Code.UNAVAILABLE -> "error: failed to connect service at \"" + address + "\"";
      case Status.Code.UNIMPLEMENTED ->
          "error: this server does not implement the grpc health protocol (grpc.health.v1.Health)";
      default -> "error: health rpc probe failed: " + translated.getMessage();
    };
  }
}
