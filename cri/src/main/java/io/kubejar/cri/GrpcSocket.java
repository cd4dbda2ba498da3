package io.kubejar.cri;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// One gRPC connection over a unix socket. It connects at the first call and again after the
/// runtime was away.
final class GrpcSocket implements AutoCloseable {
  /// The limit that the kubelet of upstream has too: lists of many containers are long.
  private static final int MESSAGE_BYTES_MAX = 16 * 1024 * 1024;

  private final EventLoopGroup loop;
  private final ExecutorService executor;
  private final ManagedChannel channel;

  private GrpcSocket(EventLoopGroup loop, ExecutorService executor, ManagedChannel channel) {
    this.loop = loop;
    this.executor = executor;
    this.channel = channel;
  }

  static GrpcSocket open(Path socket) {
    // Netty's NIO sockets speak unix domain since 4.2: no native library is needed.
    var loop =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("cri", true), NioIoHandler.newFactory());
    var executor = Executors.newVirtualThreadPerTaskExecutor();
    var channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .eventLoopGroup(loop)
            .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
            .overrideAuthority("localhost")
            .usePlaintext()
            .executor(executor)
            .maxInboundMessageSize(MESSAGE_BYTES_MAX)
            .build();
    return new GrpcSocket(loop, executor, channel);
  }

  /// Describes a call: `service` is the full proto name, and the two messages are any of their
  /// types.
  static <Q extends Message, R extends Message> MethodDescriptor<Q, R> method(
      MethodType type, String service, String name, Q request, R response) {
    return MethodDescriptor.<Q, R>newBuilder()
        .setType(type)
        .setFullMethodName(MethodDescriptor.generateFullMethodName(service, name))
        .setRequestMarshaller(ProtoUtils.marshaller(request))
        .setResponseMarshaller(ProtoUtils.marshaller(response))
        .build();
  }

  static <Q extends Message, R extends Message> MethodDescriptor<Q, R> unary(
      String service, String name, Q request, R response) {
    return method(MethodType.UNARY, service, name, request, response);
  }

  Channel channel() {
    return channel;
  }

  Channel channel(Map<String, String> headers) {
    var metadata = new Metadata();
    headers.forEach(
        (name, value) ->
            metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), value));
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(metadata));
  }

  static <Q, R> R call(Channel channel, MethodDescriptor<Q, R> method, Q request, Duration limit)
      throws InterruptedException {
    var options = CallOptions.DEFAULT.withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS);
    try {
      return ClientCalls.blockingUnaryCall(channel, method, options, request);
    } catch (StatusRuntimeException e) {
      throw translated(method, e);
    }
  }

  static <Q, R> Iterator<R> stream(Channel channel, MethodDescriptor<Q, R> method, Q request) {
    return ClientCalls.blockingServerStreamingCall(channel, method, CallOptions.DEFAULT, request);
  }

  static CriException translated(MethodDescriptor<?, ?> method, StatusRuntimeException e)
      throws InterruptedException {
    // gRPC cancels the call of an interrupted thread and sets the flag again.
    if (Thread.interrupted()) {
      throw (InterruptedException)
          new InterruptedException(method.getFullMethodName()).initCause(e);
    }
    return new CriException(method.getFullMethodName(), e);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    executor.shutdown();
  }
}
