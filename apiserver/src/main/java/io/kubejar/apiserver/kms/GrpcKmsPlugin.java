package io.kubejar.apiserver.kms;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.kubejar.apimachinery.Bytes;
import io.kubejar.apiserver.kms.KmsMethods.DecryptRequest;
import io.kubejar.apiserver.kms.KmsMethods.EncryptRequest;
import io.kubejar.apiserver.kms.KmsMethods.StatusRequest;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A plugin behind a unix socket. It is connected to at the first call, and again whenever it was
/// away.
public final class GrpcKmsPlugin implements KmsPlugin {
  private final EventLoopGroup loop;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final ManagedChannel channel;
  private final Duration limit;

  /// @param limit how long a call may take
  public GrpcKmsPlugin(Path socket, Duration limit) {
    this.limit = limit;
    // Netty's NIO sockets speak unix domain since 4.2: no native library is needed.
    loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("kms", true), NioIoHandler.newFactory());
    channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .eventLoopGroup(loop)
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            .overrideAuthority("localhost")
            .usePlaintext()
            .executor(executor)
            .build();
  }

  @Override
  public Status status() throws KmsException {
    channel.resetConnectBackoff(); // Else it could be away for two minutes longer than it is.
    return call(KmsMethods.STATUS, new StatusRequest());
  }

  @Override
  public Encrypted encrypt(String uid, Bytes plaintext) throws KmsException {
    return call(KmsMethods.ENCRYPT, new EncryptRequest(plaintext, uid));
  }

  @Override
  public Bytes decrypt(String uid, Encrypted encrypted) throws KmsException {
    return call(KmsMethods.DECRYPT, new DecryptRequest(encrypted, uid));
  }

  private <Q, R> R call(MethodDescriptor<Q, R> method, Q request) throws KmsException {
    var options =
        CallOptions.DEFAULT
            .withWaitForReady()
            .withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS);
    try {
      return ClientCalls.blockingUnaryCall(channel, method, options, request);
    } catch (StatusRuntimeException failed) {
      throw new KmsException(code(failed.getStatus().getCode()), description(failed.getStatus()));
    }
  }

  /// The library tells all its attempts to connect, which nobody wants to read in an answer.
  private static String description(io.grpc.Status status) {
    var description = status.getDescription();
    return switch (status.getCode()) {
      case DEADLINE_EXCEEDED -> "context deadline exceeded";
      case CANCELLED -> "context canceled";
      default -> description == null ? "" : description;
    };
  }

  private static String code(Code code) {
    return switch (code) {
      case OK -> "OK";
      case CANCELLED -> "Canceled";
      default ->
          Stream.of(code.name().split("_"))
              .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
              .collect(Collectors.joining());
    };
  }

  @Override
  public void close() {
    channel.shutdownNow();
    var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    executor.shutdown();
  }
}
